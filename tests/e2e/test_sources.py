"""A film made of files: stills, live action keyed and not, a recorded line, sound and music; built, changed, built again."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from runtime.sound.wav import write_wav
from tests.e2e.test_films import built, film

FILM = """\
Title: Files
Format: 128x72, 12 fps

plate ANA
    file: "ana.mp4"
    key: green
    consent: "release.txt"

plate BOB
    file: "ana.mp4"
    in: 0.5s
    consent: "release.txt"

edition short: scenes 2

INT. STUDY - NIGHT

scene
    ADA: standing at window

shot map: still "map.png", pan right, 1s

title "Ada" "at work", lower third, 1s

shot keyed: plate ANA, wide, 28mm, 1s

shot bob: plate BOB, sound on

shot both: split map and keyed, 1s

shot ada: close-up of ADA, 60mm, speed 50%

line "take.wav"

ADA
Hello there.

sound "tick.wav", looping, until end of scene
music "tune.flac"

INT. HALL - DAY

shot end: still "map.png", freeze, 1s
"""


def write_media(folder: Path) -> None:
    with av.open(str(folder / "ana.mp4"), "w") as out:
        picture = out.add_stream("libx264", rate=24)
        picture.width, picture.height, picture.pix_fmt = 64, 36, "yuv420p"
        heard = out.add_stream("aac", rate=48_000, layout="mono")
        for index in range(36):
            frame = np.full((36, 64, 3), (20, 190, 40), np.uint8)
            frame[8:28, 10 + index : 22 + index] = (200, 60, 60)
            out.mux(picture.encode(av.VideoFrame.from_ndarray(frame, "rgb24")))
        out.mux(picture.encode(None))
        tone = (0.2 * np.sin(np.arange(72_000) * 0.05)).astype(np.float32)
        for start in range(0, 72_000, 1024):
            piece = av.AudioFrame.from_ndarray(tone[None, start : start + 1024], "fltp", "mono")
            piece.sample_rate, piece.pts = 48_000, start
            out.mux(heard.encode(piece))
        out.mux(heard.encode(None))
    ramp = np.repeat(np.linspace(0, 255, 200).astype(np.uint8)[None, :, None], 60, 0).repeat(3, 2)
    Image.fromarray(ramp).save(folder / "map.png")
    t = np.arange(60_000) / 48_000
    write_wav(folder / "take.wav", (0.3 * np.sin(900 * t) * (np.sin(9 * t) > 0)).astype(np.float32))
    write_wav(folder / "tick.wav", np.random.default_rng(1).standard_normal(9_600).astype(np.float32) * 0.1)
    write_wav(folder / "tune.flac", (0.2 * np.sin(1500 * t)).astype(np.float32))
    (folder / "release.txt").write_text("yes\n")


@pytest.mark.slow
def test_a_film_of_files(tmp_path: Path) -> None:
    (tmp_path / "files.film").write_text(FILM)
    write_media(tmp_path)
    build = ("build", "files.film", "--profile", "board", "--out", "out", "--format", "json")
    first = built(film(*build, folder=tmp_path))
    assert first["failed"] == 0
    with av.open(str(tmp_path / "out" / "files.mp4")) as made:
        frames = [frame.to_ndarray(format="rgb24").astype(int) for frame in made.decode(video=0)]
    one = 12
    assert frames[2][20:40, 64:70].mean() < frames[one - 1][20:40, 64:70].mean() - 20, "the still pans"
    keyed = frames[one + 6]
    assert (keyed[..., 0] - keyed[..., 1]).max() > 60, "the subject is there"
    assert (keyed[..., 1] - np.maximum(keyed[..., 0], keyed[..., 2])).max() < 25, "the screen is not"
    bob = frames[2 * one + 4]
    assert (bob[..., 1] - np.maximum(bob[..., 0], bob[..., 2])).max() > 60, "uncut, the screen is"
    assert built(film(*build, folder=tmp_path))["ran"] == 0
    (tmp_path / "moved").mkdir()
    ramp = np.asarray(Image.open(tmp_path / "map.png"))[:, ::-1]
    Image.fromarray(np.ascontiguousarray(ramp)).save(tmp_path / "map.png")
    changed = built(film(*build, folder=tmp_path))
    assert 0 < changed["ran"] < first["ran"] / 2, "only what shows the picture is made again"
    short = built(film(*build, "--edition", "short", folder=tmp_path))
    assert short["film"] == "out/files.short.mp4"
    assert film(*build, "--edition", "none", folder=tmp_path).returncode == 1
