"""A short film that uses most of the language once, for tests of every room before staging."""

SAMPLE = """Title: The Ferry
Author: The project
Format: 640x268, 24 fps
Look: daybreak
Seed: 7

use "stdlib:looks"

character ANNA
    a woman of forty-one, short black hair
    wears: yellow raincoat, rubber boots
    build: tall, 1.78 m
    voice: clear, dry

character BO
    a boy of nine, freckles
    seed: bo-the-younger

location FERRY DECK
    an open car deck between two harbours
    set: bench at 0 1, lamp beside bench, railing on north wall
    light: grey morning
    light at night: sodium lamp as key
    sound: engine far below, low

look ash, extends silver
    contrast: 1.3

# Crossing

EXT. FERRY DECK - DAWN #1#

= They have missed the other boat.

scene
    ANNA: standing at railing
    mood: raw

music strings in A minor, 60 bpm, sparse, under scene

shot harbour: extreme wide, 24mm, static, 6s

Anna watches the wake. Bo sits on the bench.

shot close-up of ANNA, 85mm, f/2, dolly in slowly
    look: ash
    BO: gaze window

ANNA
(not turning)
You kept *the* ticket. [[shot: insert of lamp, 2s]] All this way.
(beat)
Why?

BO (O.S.) ^
It has a picture on it.

sound ship horn, on "picture", medium

SUPER: AN HOUR LATER

DISSOLVE 2S TO:

INT. CAR - NIGHT

shot medium of BO, audio leads 1s

Bo sleeps.

> THE END <

FADE OUT.
"""
