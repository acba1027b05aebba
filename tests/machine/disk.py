"""What befalls files: damage by disks and people, and what is lost when the power goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


def spoil(path: Path, how: str) -> None:
    """Damage a file as disks and people do."""
    good = path.read_bytes()
    match how:
        case "delete":
            path.unlink()
        case "cut":
            path.write_bytes(good[: len(good) // 2])
        case "empty":
            path.write_bytes(b"")
        case _:
            path.write_bytes(b"X" * len(good))


@dataclass
class Disk:
    """What a disk would hold if the power went now, for the calls of ``durable``."""

    synced: set[int] = field(default_factory=set)
    """Inodes whose bytes have reached it."""
    loose: set[str] = field(default_factory=set)
    """Renamed files whose folder has not been synced since."""
    torn: set[str] = field(default_factory=set)
    """Renamed files whose bytes were never synced."""

    def heard(self, what: str, path: Path) -> None:
        match what:
            case "fsynced":
                self.synced.add(path.stat().st_ino)
                self.torn.discard(str(path))
            case "renamed":
                self.loose.add(str(path))
                if path.stat().st_ino not in self.synced:
                    self.torn.add(str(path))
            case "fsynced folder":
                self.loose = {name for name in self.loose if Path(name).parent != path}
            case _:
                pass

    def lost(self) -> dict[str, list[str]]:
        return {"loose": sorted(self.loose), "torn": sorted(self.torn)}


def lose(lost: dict[str, list[str]]) -> None:
    """Take from a disk what had not reached it. A rename that is lost leaves nothing; bytes that are lost leave a hole."""
    for name in lost["torn"]:
        if Path(name).exists():
            Path(name).write_bytes(b"")
    for name in lost["loose"]:
        path = Path(name)
        if path.parent.parent.name == "blobs":  # of other files there was one before, and it would be back
            path.unlink(missing_ok=True)
