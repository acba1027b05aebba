"""What ``film --help`` says: commands in the order of the work, and examples with each."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

SECTIONS: tuple[tuple[str, dict[str, str]], ...] = (
    ("Write", {
        "new": "Begin a film: a folder with a small source that builds.",
        "check": "Report every problem without making anything.",
        "explain": "Say what a diagnostic code means and what to write.",
        "show": "Print a shot's values and where each comes from.",
        "cast": "Write down the people and places that are only implied.",
        "expand": "Write down the shots that are only implied.",
        "rename": "Give a person, place, thing or shot another name.",
        "fmt": "Lay sources out in the one canonical way.",
        "convert": "Turn a screenplay into .film, Fountain or Final Draft.",
    }),
    ("Make", {
        "build": "Make the film: run exactly what changed.",
        "watch": "Build on every save; a page plays the newest whole film.",
        "lock": "Pin how long every line is, so that all cuts are the same.",
    }),
    ("Choose", {
        "takes": "Show the takes of a shot, their scores, a contact sheet.",
        "pick": "Put a take, or stretches of several, into the cut.",
    }),
    ("Understand", {
        "plan": "Show what a build would run, its time, memory and disk.",
        "why": "Say what changed, or what a result was matched on.",
        "graph": "Show every task and what it reads; also as a picture.",
        "runs": "List the builds: how each ended, what it ran.",
        "log": "Print what a task said when it ran.",
    }),
    ("Keep", {
        "cache": "Count, check and let go of what is kept beside a film.",
        "doctor": "Check that everything a build needs is here and works.",
        "parse": "Print the elements of a source, for other tools.",
        "version": "Print the version.",
    }),
)  # fmt: skip
"""Every command with a line that fits a terminal of 80 columns."""

EXAMPLES: dict[str, tuple[tuple[str, str], ...]] = {
    "build": (
        ("film build", "the film of this folder, into build/"),
        ("film build hello --size 320x134", "small and quick"),
        ("film build hello --shot at-the-window", "one shot alone"),
        ("film build --profile board", "a still for every beat, with full sound"),
        ("film build --strict --events run.jsonl", "in continuous integration"),
    ),
    "watch": (
        ("film watch", "the film of this folder, with a page"),
        ("film watch hello --size 480x200", "quicker to see"),
        ("film watch --no-page --format json", "for an editor"),
    ),
    "check": (
        ("film check", "the film of this folder"),
        ("film check hello.film --fix", "write the fixes that are certain"),
        ("film check --understanding", "what will be staged of every sentence"),
    ),
    "explain": (("film explain E301", "one code"), ("film explain", "all of them")),
    "plan": (
        ("film plan", "what would run, and what that takes"),
        ("film plan --explain", "what changed, by source line"),
        ("film plan --passes", "what the planner made of it"),
    ),
    "lock": (
        ("film lock", "voice and pin lines that are new"),
        ("film lock --check", "in continuous integration"),
        ("film lock --update", "take the lengths lines have here"),
    ),
    "graph": (
        ("film graph --format html --out graph.html", "a picture: shots as rows, steps as columns"),
        ("film graph --format dot --out graph.dot", "for Graphviz"),
        ("film graph --shot hello --format json", "one shot's tasks, for a program"),
    ),
    "why": (
        ("film why at-the-window", "why a shot is made again"),
        ("film why 1.2", "the second shot of scene 1"),
        ("film why film", "why the film is"),
        ('film why "person ADA" hello', "one task of the film in a folder"),
    ),
    "takes": (
        ("film takes", "all shots that have takes"),
        ("film takes hello --make", "make those of one shot, and judge them"),
    ),
    "pick": (
        ("film pick hello 3", "take 3"),
        ("film pick hello 3 1.2s..4s", "a stretch of it"),
        ("film pick hello 2 0s..2s 3 2s..5s", "stretches of two takes"),
        ('film pick hello 3 --why "her eyes"', "and say why"),
        ("film pick hello --clear", "none any more"),
    ),
    "runs": (("film runs", "the latest builds"), ("film runs --format json", "all that are kept")),
    "log": (
        ("film log hello", "every task of a shot"),
        ("film log voice", "every task whose label begins so"),
        ("film log 9cf5bc3560b15787", "the task of an id, as in events"),
    ),
    "cache stat": (("film cache stat", "of the film of this folder"), ("film cache stat --shared", "of the shared store")),
    "cache verify": (("film cache verify", "read it all again"),),
    "cache gc": (
        ("film cache gc --dry-run", "what would go"),
        ("film cache gc --max-size 5GB", "the longest unused, down to that"),
        ("film cache gc --older-than 30d", "what no build has needed for so long"),
    ),
    "show": (
        ("film show hello.film at-the-window", "all of a shot's values"),
        ("film show hello.film 1.2 lens", "the lens of scene 1's second shot"),
    ),
    "fmt": (("film fmt hello.film", "in place"), ("film fmt --check hello.film", "fail when something would change")),
    "new": (("film new night-train", "then: film build night-train"),),
    "cast": (("film cast hello.film --diff", "show it first"),),
    "expand": (("film expand hello.film --scene 1", "the shots of one scene"),),
    "rename": (("film rename hello.film ADA EVE", "everywhere; she stays who she is"),),
    "convert": (
        ("film convert draft.fdx draft.film", "from Final Draft"),
        ("film convert draft.film - --to fountain", "to standard output"),
    ),
    "parse": (("film parse hello.film", "as JSON"),),
    "doctor": (("film doctor", "look"), ("film doctor --warm", "and compile the renderer now")),
}  # fmt: skip
"""By command: what to type, and what it is for."""

_ENDING = (
    "FILE|FOLDER is a .film or .fountain file or a project folder; this folder if it is left out. `film COMMAND --help` has "
    "examples. Exit codes: 0 done, 1 the film or the input is wrong, 2 wrong usage, 130 interrupted."
)


class Command(TyperCommand):
    """A command whose help ends with examples."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Required arguments as they are written, without braces."""
        pieces: list[str] = super().collect_usage_pieces(ctx)
        return [piece[1:-1] if piece.startswith("{") and piece.endswith("}") else piece for piece in pieces]

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """The examples."""
        if rows := EXAMPLES.get(ctx.command_path.partition(" ")[2]):
            with formatter.section("Examples"):
                formatter.write_dl(rows, col_max=44)


class Group(TyperGroup):
    """The command itself: its commands by what they are for."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Sections of commands, in the order of the work."""
        wide = max(len(name) for _, section in SECTIONS for name in section)
        for title, section in SECTIONS:
            with formatter.section(title):
                formatter.write_dl([(f"{name:<{wide}}", said) for name, said in section.items()])

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """What holds for all of them."""
        formatter.write_paragraph()
        formatter.write_text(_ENDING)


def version_asked(value: bool) -> None:
    """``film --version``."""
    if value:
        from importlib.metadata import version

        print(f"filmlang {version('filmlang')}")
        raise typer.Exit
