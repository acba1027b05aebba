"""Small films as text, and edits of them."""

from __future__ import annotations

TALK = """\
Title: Talk
Format: 128x72, 24 fps
Look: ember

character ADA
    a woman of thirty-four, dark bob
    wears: green knit sweater, blue jeans
    voice: warm

character TOM
    a man of forty, short dark hair
    wears: grey wool long coat, dark trousers
    voice: deep

location STUDY
    a small study
    set: table at 0 0, lamp on table, window on north wall

INT. STUDY - NIGHT

scene
    ADA: standing at window
    TOM: standing at table, facing ADA

music sparse piano in A minor, 60 bpm, low

shot room: wide, 24mm, 5s

Ada turns to the lamp.

shot ada: close-up of ADA, 75mm, 6s

ADA
Hello my friend. Is anybody out there tonight?

shot tom: close-up of TOM, 75mm, 5s

TOM
Only the two of us.

shot last: medium of ADA, 50mm, 4s

She closes her eyes.
"""
"""Four shots of fixed length: an edit of words moves no cut."""

TINY = """\
Title: Tiny
Format: 128x72, 8 fps

character ADA
    a woman of thirty-four, dark bob
    wears: green knit sweater, blue jeans

INT. STUDY - NIGHT

scene
    ADA: standing at window

shot room: wide, 32mm, 0.5s

Ada turns to the lamp.

shot ada: close-up of ADA, 75mm, 1.5s

ADA
Hello you.
"""
"""Two shots, sixteen frames, two words."""
