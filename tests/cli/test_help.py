"""What the command says of itself: every command in its place, on a line, with examples that work."""

from __future__ import annotations

import shlex

import pytest
import typer
from typer.testing import CliRunner

from runtime.cli.helping import EXAMPLES, SECTIONS
from runtime.cli.main import app, cache_app

COMMANDS = {info.name for info in app.registered_commands} | {"cache"}
BELOW = {f"cache {info.name}" for info in cache_app.registered_commands}


def _help(*words: str) -> str:
    done = CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "80"})
    assert done.exit_code == 0
    return done.stdout


def test_every_command_is_listed_once_on_a_line_of_its_own() -> None:
    listed = [name for _, section in SECTIONS for name in section]
    assert sorted(listed) == sorted(str(name) for name in COMMANDS)
    lines = _help().splitlines()
    for _, section in SECTIONS:
        for name, said in section.items():
            assert any(line.split() == [name, *said.split()] for line in lines), name
    assert all(len(line) <= 80 for line in lines)


@pytest.mark.parametrize("name", sorted(map(str, (COMMANDS - {"cache"}) | BELOW)))
def test_usage_and_examples_of_a_command(name: str) -> None:
    said = _help(*name.split())
    assert "{" not in said.splitlines()[0]
    assert "…" not in said.partition("Options:")[2]
    assert "Examples:" in said or name == "version"
    assert all(example in said for example, _ in EXAMPLES.get(name, ()))


@pytest.mark.parametrize(
    ("name", "example"), [(name, example) for name, rows in EXAMPLES.items() for example, _ in rows]
)
def test_examples_are_commands(name: str, example: str) -> None:
    """Each is understood down to its last option; nothing is run."""
    program, *words = shlex.split(example)
    assert program == "film"
    assert " ".join(words).startswith(name)
    group = typer.main.get_command(app)
    for word in name.split():
        group = group.commands[word]  # type: ignore[attr-defined]
    group.make_context(name, words[len(name.split()) :])


def test_short_ways_to_ask() -> None:
    assert CliRunner().invoke(app, ["-h"]).stdout == CliRunner().invoke(app, ["--help"]).stdout
    assert CliRunner().invoke(app, ["--version"]).stdout == CliRunner().invoke(app, ["version"]).stdout
