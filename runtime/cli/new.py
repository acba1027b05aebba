"""``film new``: a folder with a small film that builds, to be written over."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from runtime.cli.build import file_name

_SOURCE = """\
Title: {title}
Format: 960x402, 24 fps

character ANNA
    a woman of thirty, long dark hair
    wears: blue knit sweater, jeans

INT. KITCHEN - NIGHT

scene
    ANNA: standing at window

music sparse piano in A minor, 60 bpm, low

shot wide, 32mm, push in slowly

Anna turns to the table.

shot close-up of ANNA, 75mm

ANNA
Every film begins with one line.
"""


def new_film(folder: Path) -> int:
    """Make the folder and its source; returns the exit code. Never writes over anything."""
    name = file_name(folder.name)
    source = folder / f"{name}.film"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            print(f"error: {folder} is not empty", file=sys.stderr)
            print("  = help: name a folder that does not exist yet", file=sys.stderr)
            return 1
        source.write_text(_SOURCE.format(title=name.replace("_", " ").replace("-", " ").title()), encoding="utf-8")
    except OSError as error:
        print(f"error: {folder} cannot be made: {error.strerror or error}", file=sys.stderr)
        print("  = help: choose a folder you can write in", file=sys.stderr)
        return 1
    print(f"{source}\nBuild it with: film build {shlex.quote(str(folder))}")
    return 0
