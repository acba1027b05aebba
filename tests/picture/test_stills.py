"""Stills: read under caps, colour-managed, fitted, moved; pictures come out of the neutral look as they went in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from compiler.meaning.film import Look
from compiler.staging.model import Framing
from runtime.picture.log import decode_log, encode_log
from runtime.picture.look import apply_look
from runtime.picture.scan import scanned
from runtime.picture.still import StillError, covering, framed, framing_at, read_still

PLAIN = replace(Look(), grain=0.0, halation=0.0, bloom=0.0, vignette=0.0, streak=0.0)


def gradient(width: int = 64, height: int = 48) -> np.ndarray:
    x, y = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    return np.stack([x, y, 255 - x], 2).astype(np.uint8)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "WEBP"])
def test_every_format_is_read(tmp_path: Path, form: str) -> None:
    path = tmp_path / "picture.bin"
    Image.fromarray(gradient()).save(path, form, quality=95)
    found = read_still(path)
    assert found.shape == (48, 64, 3)
    assert np.abs(found.astype(int) - gradient()).mean() < 6


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    for name, data in (
        ("text", b"#EXTM3U\nfile:///etc/passwd"),
        ("svg", b"<svg/>"),
        ("empty", b""),
        ("cut", b"\x89PNG\r\n"),
    ):
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(StillError):
            read_still(path)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.picture.still.MOST_PIXELS", 1000)
    path = tmp_path / "large.png"
    Image.fromarray(gradient()).save(path)
    with pytest.raises(StillError, match="pixels"):
        read_still(path)


def test_depth_transparency_and_turning(tmp_path: Path) -> None:
    deep = (np.linspace(0, 65535, 64 * 48).reshape(48, 64)).astype(np.uint16)
    Image.fromarray(deep).save(tmp_path / "deep.png")
    assert read_still(tmp_path / "deep.png")[-1, -1, 0] == 255
    clear = np.dstack([np.full((8, 8, 3), 200, np.uint8), np.zeros((8, 8), np.uint8)])
    Image.fromarray(clear).save(tmp_path / "clear.png")
    assert read_still(tmp_path / "clear.png").max() == 0
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(gradient()).save(tmp_path / "turned.jpg", exif=exif)
    assert read_still(tmp_path / "turned.jpg").shape == (64, 48, 3)


def test_the_neutral_look_gives_a_photograph_back() -> None:
    codes = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2).repeat(8, axis=0)
    light = decode_log(encode_log(scanned(codes)))
    shown = apply_look(light, PLAIN, 0, 1).astype(int)
    error = np.abs(shown - codes)[:, :180]
    assert error.max() <= 3
    assert (np.diff(shown[0, :, 1]) >= -1).all()
    assert 230 <= shown[0, 255, 1] <= 242, "paper white is below the lights of a scene"


def test_a_still_covers_the_frame_whatever_its_shape() -> None:
    for shape in ((40, 200), (200, 40), (37, 61)):
        picture = np.full((*shape, 3), 128, np.uint8)
        light = covering(picture, (64, 36), 1.3)
        for x, y, scale in ((0, 0, 1.0), (1, 1, 1.3), (0.5, 0.2, 1.1)):
            out = framed(light, Framing(0, x, y, scale), (64, 36))
            assert out.shape == (36, 64, 3)
            assert np.allclose(out, scanned(picture)[0, 0], rtol=1e-3)


def test_a_pan_goes_from_edge_to_edge() -> None:
    picture = gradient(320, 48)
    light = covering(picture, (64, 48), 1.0)
    left = framed(light, Framing(0, 0.0, 0.5), (64, 48))
    right = framed(light, Framing(0, 1.0, 0.5), (64, 48))
    assert left[..., 0].mean() < right[..., 0].mean() / 4
    assert np.abs(left[20, 0, 0] - light[20, 0, 0]) < 0.01


def test_framing_is_eased_and_closeness_multiplies() -> None:
    keys = (Framing(0.0, 0.2, 0.5, 1.0), Framing(2.0, 0.8, 0.5, 1.21))
    middle = framing_at(keys, 1.0)
    assert middle.x == pytest.approx(0.5)
    assert middle.scale == pytest.approx(1.1, rel=1e-3)
    assert framing_at(keys, -1.0) == keys[0]
    assert framing_at(keys, 9.0) == keys[1]
    xs = [framing_at(keys, t / 20).x for t in range(41)]
    assert xs == sorted(xs)
