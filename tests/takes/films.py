"""The film that takes are tried on: three shots, one of which asks for several."""

from __future__ import annotations

TAKEN = """\
Title: Talk
Format: 128x72, 24 fps

character ADA
    a woman of thirty-four, dark bob
    wears: green knit sweater, blue jeans
    voice: warm

location STUDY
    a small study
    set: table at 0 0, lamp on table, window on north wall

INT. STUDY - NIGHT

scene
    ADA: standing at window

music sparse piano in A minor, 60 bpm, low

shot room: wide, 24mm, 3s

Ada turns to the lamp.

shot ada: close-up of ADA, 75mm, 6s
    takes: 3

sound door slam, at 1s, 1s

ADA
Hello my friend. Is anybody out there tonight?

shot last: medium of ADA, 50mm, 4s

She closes her eyes.
"""
"""3 s, 6 s and 4 s at 24 fps: windows of 48 frames, 2 + 3 + 2."""

ONE_TAKE = TAKEN.replace("    takes: 3\n", "")
