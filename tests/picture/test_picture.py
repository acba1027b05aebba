"""Log, look, planes and titles."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from compiler.meaning.film import Look
from compiler.staging.model import Overlay
from runtime.picture.log import decode_log, encode_log
from runtime.picture.look import apply_look
from runtime.picture.titles import card, draw_overlay
from runtime.picture.yuv import to_yuv420

PLAIN = Look(grain=0.0, halation=0.0, bloom=0.0, vignette=0.0, streak=0.0)


def test_log_round_trip() -> None:
    light = (0.18 * 2.0 ** np.linspace(-6, 8, 3000)).astype(np.float32).reshape(-1, 1, 1).repeat(3, 2)
    codes = encode_log(light)
    assert codes.dtype == np.uint16
    assert codes.max() <= 1023
    error = np.abs(decode_log(codes) - light)
    assert (error[light > 0.1] / light[light > 0.1]).max() < 0.005
    assert error[light <= 0.1].max() < 0.0005
    assert np.array_equal(encode_log(decode_log(codes)), codes)
    assert (np.diff(codes[:, 0, 0].astype(int)) >= 0).all()
    odd = np.array([[[np.nan, -1.0, np.inf]]], np.float32)
    assert encode_log(odd).tolist() == [[[0, 0, 1023]]]


def test_plain_look_keeps_grey_and_order() -> None:
    light = np.linspace(0, 8, 512, dtype=np.float32)[None, :, None].repeat(4, 0).repeat(3, 2)
    graded = apply_look(light, PLAIN, 0, 0).astype(int)
    assert (np.diff(graded[0, :, 1]) >= -1).all()
    assert graded[0, 0].max() == 0
    assert graded[0, -1].min() > 235
    assert np.ptp(graded, axis=2).max() <= 1
    grey = apply_look(np.full((8, 8, 3), 0.18, np.float32), PLAIN, 0, 0)
    assert abs(int(grey[4, 4, 0]) - 118) <= 1


def test_grain_is_even_handed_and_changes_by_frame() -> None:
    flat = np.full((120, 160, 3), 0.12, np.float32)
    still = apply_look(flat, PLAIN, 0, 0).astype(float)
    grainy = dataclasses.replace(PLAIN, grain=1.0)
    a, b = (apply_look(flat, grainy, frame, 7).astype(float) for frame in (1, 2))
    assert abs((a - still).mean()) < 0.4
    assert 1.0 < a.std() < 14.0
    assert abs(np.corrcoef((a - still).ravel(), (b - still).ravel())[0, 1]) < 0.03
    assert np.array_equal(a, apply_look(flat, grainy, 1, 7))


@pytest.mark.parametrize("field", ["bloom", "halation", "streak", "diffusion"])
def test_glows_spread_a_lamp(field: str) -> None:
    night = np.zeros((100, 240, 3), np.float32)
    night[48:52, 118:122] = 20.0
    dark = apply_look(night, PLAIN, 0, 0)
    glowing = apply_look(night, dataclasses.replace(PLAIN, **{field: 1.0}), 0, 0)
    assert glowing[50, 125].max() > dark[50, 125].max()


def test_planes_are_limited_and_centred() -> None:
    for colour, expected in (
        ((255, 255, 255), (235, 128, 128)),
        ((0, 0, 0), (16, 128, 128)),
        ((255, 0, 0), (63, 102, 240)),
    ):
        picture = np.full((6, 8, 3), colour, np.uint8)
        planes = np.frombuffer(to_yuv420(picture), np.uint8)
        assert planes.size == 6 * 8 * 3 // 2
        for plane, value in zip((planes[:48], planes[48:60], planes[60:]), expected, strict=True):
            assert (np.abs(plane.astype(int) - value) <= 1).all()
    assert len(to_yuv420(np.zeros((5, 7, 3), np.uint8))) == 35 + 2 * 12


def test_titles_fade_in_the_safe_area() -> None:
    size = (240, 100)
    black = np.zeros((100, 240, 3), np.uint8)
    words = Overlay("Берег · Η ακτή · The shore, at a very early hour of the morning", 1.0, 4.0)
    assert draw_overlay(black, words, 0.5, size) is black
    half, full = (draw_overlay(black, words, t, size) for t in (1.2, 2.5))
    assert 0 < half.max() < full.max()
    assert not full[:, :11].any()
    assert not full[:, -11:].any()
    assert not full[-6:].any()
    title = card("The Last Breath\na film", size)
    rows = np.flatnonzero(title.any(axis=(1, 2)))
    assert rows.min() > 25
    assert rows.max() < 75
