"""Doors are counted: whoever starts a process or lets a C library read a file does so in a place that is listed here."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from runtime.edit.ffmpeg import binary, source

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = {
    "runtime/sandbox/box.py": "the door itself",
    "runtime/sandbox/trial.py": "tries to, in a child, to see that it is refused",
    "runtime/schedule/pool.py": "our own workers",
    "runtime/schedule/machine.py": "asks the driver what devices there are; no data of a film",
    "runtime/cli/pick.py": "asks git who is working; no data of a film",
}
DECODERS = {
    "runtime/picture/unpack.py": "runs in a sandboxed child and nowhere else",
    "runtime/edit/conform.py": "runs in a sandboxed child and nowhere else",
    "runtime/edit/mux.py": "runs in a sandboxed child and nowhere else",
    "runtime/sound/models.py": "runs in a sandboxed child and nowhere else",
}
_SYSTEM = {
    "fork",
    "forkpty",
    "system",
    "popen",
    "posix_spawn",
    "posix_spawnp",
    "execv",
    "execve",
    "execvp",
    "spawnv",
    "spawnl",
    "startfile",
}
_DECODES = {
    ("av", "open"),
    ("Image", "open"),
    ("cv2", "imread"),
    ("cv2", "VideoCapture"),
    ("cv2", "imdecode"),
    ("ort", "InferenceSession"),
}
_WORDS = (
    "subprocess", "pty", "multiprocessing", "fork", "os.system", "popen", "posix_spawn", "os.exec", "startfile",
    "av.", "Image.", "cv2.", "ort.", "pickle", "marshal", "shelve", "dill", "edit.conform", "edit.mux", "sound.models",
)  # fmt: skip
_PICKLES = {"pickle", "marshal", "shelve", "dill"}


def _modules() -> list[Path]:
    return sorted(path for room in ("compiler", "runtime", "stdlib") for path in (ROOT / room).rglob("*.py"))


def _uses(tree: ast.AST) -> set[tuple[str, str]]:
    """(name, attribute) of every attribute looked up, ("import", module) of every module imported."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attribute):
                found.add((name, attribute))
            case ast.Import(names=names):
                found |= {("import", alias.name.partition(".")[0]) for alias in names}
            case ast.ImportFrom(module=str(module), names=names):
                found |= {("import", module.partition(".")[0]), *((module, alias.name) for alias in names)}
    return found


@pytest.fixture(scope="module")
def uses() -> dict[str, set[tuple[str, str]]]:
    found = {}
    for path in _modules():
        text = path.read_text(encoding="utf-8")
        if any(word in text for word in _WORDS):  # parsing all of them takes seconds
            found[str(path.relative_to(ROOT))] = _uses(ast.parse(text))
    return found


def test_processes_are_started_in_listed_places(uses: dict[str, set[tuple[str, str]]]) -> None:
    starting = {
        place
        for place, used in uses.items()
        if any(("import", module) in used for module in ("subprocess", "pty")) or any(("os", call) in used for call in _SYSTEM)
        or ("multiprocessing", "get_context") in used
    }  # fmt: skip
    assert starting - {"runtime/sandbox/confine.py"} == {*PROCESSES} & {*uses}


def test_foreign_files_are_decoded_in_listed_places(uses: dict[str, set[tuple[str, str]]]) -> None:
    assert {place for place, used in uses.items() if used & _DECODES} == set(DECODERS)


def test_nothing_is_unpickled(uses: dict[str, set[tuple[str, str]]]) -> None:
    assert not {place for place, used in uses.items() if any(("import", module) in used for module in _PICKLES)}


def test_what_runs_in_a_child_is_loaded_by_nobody_for_its_work(uses: dict[str, set[tuple[str, str]]]) -> None:
    """``conform``, ``mux`` and ``models`` are run by name; nobody in the runtime imports what they do."""
    for module in ("runtime.edit.conform", "runtime.edit.mux", "runtime.sound.models"):
        assert not [place for place, used in uses.items() if any(name == module for name, _ in used)], module


def test_every_input_of_ffmpeg_names_its_form(tmp_path: Path) -> None:
    """``-i`` stands behind ``-f`` wherever arguments are put together, and files behind the list of protocols."""
    for place in ("runtime/edit", "runtime/sound"):
        for path in (ROOT / place).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.List | ast.Tuple):
                    words = [e.value if isinstance(e, ast.Constant) else None for e in node.elts]
                    assert "-i" not in words or "-f" in words[: words.index("-i")], f"{path.name}: {ast.unparse(node)}"
    assert source(tmp_path / "x", "wav")[:2] == ["-protocol_whitelist", "file,pipe"]
    assert Path(binary()).is_file()
