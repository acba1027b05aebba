"""What an answer rests on, noted while a command is at work; kept with the answer when it can be vouched for.

A command says which film and which store it looked at. At its end every file is looked at once more: nothing may have been
written to since the command began, so that what is there now is what was read. Anything else keeps no receipt: the next
run is as slow as this one, and never wrong.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, cast

from runtime.cli import receipts
from runtime.cli.receipts import PROJECT_FILES, Question

if TYPE_CHECKING:
    from compiler.diagnostics import Diagnostic
    from compiler.front import SourceMap
    from runtime.store.store import Store

_MOST_SAID = 32 << 20
"""Characters of an answer that is kept."""
_MOST_RECEIPTS = 400
_MOST_BYTES = 256 << 20
"""Of all receipts together."""
_FILES = range(401, 419)
"""Numbers of the errors of files: what they say rests on more than the files that were read."""

Said = list[tuple[int, str]]
"""Pieces of an answer: 1 for standard output or 2 for standard error, and a text."""
_current: list[Pending] = []


class Pending:
    """The answer that is being made. ``said`` is all that was printed unless a command says what the answer is."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.said: Said = []
        self.build: dict[str, str] | None = None
        """Of a build, what its journal begins with."""
        self.exit = 0
        self._vouched = False
        self._spoilt = False
        self._files: set[str] = set()
        self._proven: dict[str, list[int] | None] = {}
        self._folders: set[str] = set()
        self._trees: dict[str, str] = {}
        self._wrote: dict[str, bytes] = {}
        self._room: dict[str, int] = {}
        self._version = 0

    def rest_on_film(self, path: Path, sources: SourceMap, found: Iterable[Diagnostic]) -> None:
        """Note the files of a film: ``path`` as the command line has it, its sources, its media, its settings."""
        if sources.root is None or any(item.code[:1] == "E" and int(item.code[1:]) in _FILES for item in found):
            self._spoilt = True
            return
        folder = os.path.abspath(path if path.is_dir() else path.parent)  # noqa: PTH100
        root = os.path.abspath(sources.root)  # noqa: PTH100
        self._folders.add(folder)
        own = [os.path.abspath(name) for name in sources.sources if not name.startswith("stdlib:")]  # noqa: PTH100
        places = {folder, root, *(os.path.dirname(os.path.realpath(name)) for name in own if os.path.islink(name))}  # noqa: PTH114, PTH120
        for place in places - {folder}:
            # What was not there when nobody looked can only be told by the folder itself.
            self._spoilt |= receipts.racy(receipts.token(place), self.question.began)
        self._files.update(own)
        self._files.update(os.path.join(place, name) for place in places for name in PROJECT_FILES)  # noqa: PTH118
        self._files.update(os.path.join(root, name) for name in sources.files)  # noqa: PTH118

    def opened(self, store: Store) -> None:
        """Note a store before anything is read from it."""
        self._version = store.index.version()
        if self.question.command == "plan":
            blobs = str(store.blobs.root)
            self._trees[blobs] = receipts.tree_digest(blobs)

    def wrote(self, path: Path, data: bytes) -> None:
        """Note a file of the project that the command itself wrote: whoever reads it finds just what it stands on."""
        self._wrote[os.path.abspath(path)] = data  # noqa: PTH100

    def close(self, store: Store, delivered: Sequence[tuple[Path, Path]] = (), blobs: Iterable[Path] = ()) -> None:
        """Close the store and note how it is left: ``delivered`` are files with the blobs they are copies of.

        Nothing is noted unless this command was the only one to write to the store while it had it open.
        """
        if self.question.command == "plan" and store.shared is not None:
            self._spoilt = True
        if self._spoilt or not store.hold_alone() or store.index.version() != self._version:
            self._spoilt = True
            return
        for blob in {*blobs, *(blob for _, blob in delivered)}:
            self._prove(blob, lambda blob=blob: store.blobs.sound(blob.stem, blob.suffix))  # type: ignore[misc]
        for target, blob in delivered:
            self._prove(target, lambda target=target, blob=blob: _digest(target) == blob.stem)  # type: ignore[misc]
        store.index.close()
        for path in (store.index.path, store.index.path.with_name(f"{store.index.path.name}-wal")):
            self._prove(path)
        if self.question.command == "plan":
            self._prove(store.runs)
        store.close()

    def doubt(self) -> None:
        """The answer rests on something that is not noted here, as how much of a disk is free: no receipt is kept."""
        self._spoilt = True

    def rest_on_room(self, folder: Path, needed: int) -> None:
        """The answer is another when less than ``needed`` bytes are free of a folder's disk."""
        self._room[os.path.abspath(folder)] = needed  # noqa: PTH100

    def vouch(self, said: Said | None = None, build: dict[str, str] | None = None) -> None:
        """The command has come to its end; ``said`` is what it would say if it were asked again."""
        self._vouched, self.build = True, build
        if said is not None:
            self.said = said

    def keep(self, code: int) -> None:
        """Write the receipt, if all that the answer rests on is known to be as it was when it was read."""
        question = self.question
        moved = abs(time.time_ns() - time.monotonic_ns() - question.ahead) > receipts.TICK
        if not self._vouched or self._spoilt or moved or sum(len(text) for _, text in self.said) > _MOST_SAID:
            return
        for path, data in self._wrote.items():
            self._prove(Path(path), lambda path=path, data=data: Path(path).read_bytes() == data)  # type: ignore[misc]
        found = {path: receipts.token(path) for path in sorted(self._files | self._proven.keys())}
        if self._spoilt or any(
            self._proven[path] != token if path in self._proven else receipts.racy(token, question.began)
            for path, token in found.items()
        ):
            return
        folders = {folder: receipts.names(folder) for folder in sorted(self._folders)}
        if any(self._listed(folder, now) != question.before.get(folder) for folder, now in folders.items()):
            return
        if any(receipts.tree_digest(folder) != was for folder, was in self._trees.items()):
            return
        _write(
            Path(question.path),
            {
                "schema": receipts.SCHEMA, "tools": question.tools, "exit": code, "build": self.build,
                "files": list(found.items()), "folders": list(folders.items()), "trees": list(self._trees.items()),
                "room": list(self._room.items()),
                "said": self.said,
            },
        )  # fmt: skip

    def _listed(self, folder: str, now: list[str] | None) -> list[str] | None:
        """The files of a folder without those that this command was the first to write."""
        was = self.question.before.get(folder) or []
        return [n for n in now if n in was or os.path.join(folder, n) not in self._wrote] if now is not None else None  # noqa: PTH118

    def _prove(self, path: Path, right: Callable[[], bool] = lambda: True) -> None:
        """Note a file that was written to just now: its bytes are looked at once its times tell any further write."""
        settled = _settled(path)
        if settled is None or not right() or receipts.token(str(path)) != settled[0]:
            self._spoilt = True
            return
        self._proven[os.path.abspath(path)] = settled[0]  # noqa: PTH100


def pending() -> Pending | None:
    """The answer that is being made, when this process may keep one."""
    return _current[-1] if _current else None


@contextmanager
def heard(question: Question) -> Iterator[None]:
    """Hear what is printed while the block answers a question, and keep it afterwards if it was vouched for."""
    answer = Pending(question)
    out, err = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (cast(TextIO, _Heard(s, n, answer.said)) for n, s in ((1, out), (2, err)))
    _current.append(answer)
    code = 0
    try:
        try:
            yield
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
            raise
        finally:
            _current.pop()
            sys.stdout, sys.stderr = out, err
    except SystemExit:
        if code in (0, 1):
            with contextlib.suppress(OSError, ValueError):
                answer.keep(code)
        raise


def captured(tell: Callable[[], object]) -> Said:
    """What a call prints, as it would look here, without printing it."""
    said: Said = []
    out, err = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (cast(TextIO, _Heard(s, n, said, mute=True)) for n, s in ((1, out), (2, err)))
    try:
        tell()
    finally:
        sys.stdout, sys.stderr = out, err
    return said


class _Heard:
    """A stream that is listened to; ``mute`` keeps what is written from it."""

    def __init__(self, stream: TextIO, number: int, said: Said, mute: bool = False) -> None:
        self._stream, self._number, self._said, self._mute = stream, number, said, mute

    def write(self, text: str) -> int:
        self._said.append((self._number, text))
        return len(text) if self._mute else self._stream.write(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        if not self._mute:
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _settled(path: Path) -> tuple[list[int] | None] | None:
    """A file's token once a further write would show in it; ``None`` when that would take too long."""
    for _ in range(20):
        token = receipts.token(str(path))
        if not receipts.racy(token, time.time_ns()):
            return (token,)
        assert token is not None
        ahead = max(token[3], token[4]) - time.time_ns()
        if receipts.tick_of(token) > receipts.TICK or ahead > receipts.TICK:
            return None
        time.sleep((receipts.TICK + ahead + 1_000_000) / 1e9)
    return None


def _digest(path: Path) -> str:
    from runtime.store.blobs import file_digest

    return file_digest(path)


def _write(path: Path, kept: dict[str, Any]) -> None:
    """Write a receipt whole or not at all. It need not outlive a crash: a damaged one is none."""
    import hashlib

    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    body = json.dumps(kept, separators=(",", ":")).encode()
    draft = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with draft.open("xb") as stream:
            stream.write(hashlib.blake2b(body, digest_size=16).hexdigest().encode() + b"\n" + body)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    _prune(path.parent)


def _prune(folder: Path) -> None:
    """Let go of the receipts that were written longest ago."""
    with os.scandir(folder) as entries:
        found = sorted(
            ((entry.stat().st_mtime_ns, entry.stat().st_size, entry.path) for entry in entries), reverse=True
        )
    total = 0
    for number, (_, size, path) in enumerate(found):
        total += size
        if number >= _MOST_RECEIPTS or total > _MOST_BYTES:
            with contextlib.suppress(OSError):
                os.unlink(path)  # noqa: PTH108
