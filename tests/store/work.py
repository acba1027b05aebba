"""Small pieces of work for tests of the store."""

from __future__ import annotations

from pathlib import Path

from runtime.store.index import Action, Output, PlannedTask
from runtime.store.store import Store

DOMAIN = "d"


def content(text: str) -> str:
    return f"the bytes of {text} " * 5


def put(store: Store, text: str, suffix: str = ".txt", *, op: str = "op", vouched: bool = False) -> Output:
    """Make, take in and record one result."""
    folder = store.scratch / text
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"out{suffix}").write_text(content(text))
    (output,) = store.adopt(folder, [("out", suffix)])
    store.record(Action(f"a-{text}", f"r-{text}", DOMAIN, op, (output,), "null", "{}", 1.0), vouched=vouched)
    return output


def have(store: Store, text: str) -> bool:
    """Whether a result is found and intact; its bytes are then the right ones, or the test fails here."""
    action = store.find(f"r-{text}", DOMAIN)
    if action is None or not store.sound(action, "out"):
        return False
    assert store.path(action, "out").read_text() == content(text)
    return True


def planned(*texts: str) -> list[PlannedTask]:
    return [PlannedTask(text, "", "op", f"r-{text}", "{}", "[]") for text in texts]


def spoil(path: Path, how: str) -> None:
    """Damage a file as disks and people do."""
    good = path.read_bytes()
    match how:
        case "delete":
            path.unlink()
        case "cut":
            path.write_bytes(good[:-1])
        case "empty":
            path.write_bytes(b"")
        case _:
            path.write_bytes(b"X" * len(good))
