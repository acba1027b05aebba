"""Tables of colour, palettes, distortion and the shape of the picture."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from compiler.meaning.film import Look
from runtime.picture.look import apply_look, bent, black_out
from runtime.picture.lut import LutError, palette_table, read_cube, through

PLAIN = replace(Look(), grain=0.0, halation=0.0, bloom=0.0, vignette=0.0, streak=0.0)
RAMP = np.stack(np.meshgrid(np.arange(0, 256, 5), np.arange(0, 256, 5), [90], indexing="ij"), -1)[:, :, 0].astype(
    np.uint8
)


def cube(path: Path, size: int, change: float = 1.0, head: str = "") -> Path:
    steps = np.linspace(0, 1, size)
    rows = [f"{r * change:.6f} {g:.6f} {b:.6f}" for b in steps for g in steps for r in steps]
    path.write_text(f'TITLE "x"\n# made by a test\nLUT_3D_SIZE {size}\n{head}' + "\n".join(rows) + "\n")
    return path


def test_an_identity_changes_nothing_and_red_is_the_first_axis(tmp_path: Path) -> None:
    same = through(RAMP, read_cube(cube(tmp_path / "same.cube", 9)))
    assert np.abs(same.astype(int) - RAMP).max() <= 1
    less = through(RAMP, read_cube(cube(tmp_path / "less.cube", 5, 0.5)))
    assert np.abs(less[..., 0].astype(int) - RAMP[..., 0] // 2).max() <= 1
    assert np.abs(less[..., 1:].astype(int) - RAMP[..., 1:]).max() <= 1


def test_curves_and_domains_are_read(tmp_path: Path) -> None:
    curve = tmp_path / "curve.cube"
    curve.write_text("LUT_1D_SIZE 3\n1 1 1\n0.5 0.5 0.5\n0 0 0\n")
    turned = through(RAMP, read_cube(curve))
    assert np.abs(turned.astype(int) - (255 - RAMP.astype(int))).max() <= 1
    wide = read_cube(cube(tmp_path / "wide.cube", 17, head="DOMAIN_MIN 0 0 0\nDOMAIN_MAX 2 2 2\n"))
    assert np.abs(through(RAMP, wide).astype(int) - RAMP // 2).max() <= 1


@pytest.mark.parametrize(
    "text",
    ["", "LUT_3D_SIZE 2\n0 0 0\n", "LUT_3D_SIZE 999999999\n", "LUT_3D_SIZE x\n0 0 0", "LUT_1D_SIZE 2\nnan 0 0\n1 1 1\n",
     "LUT_1D_SIZE 2\n0 0 0\n1 inf 1\n", "LUT_1D_SIZE 2\nDOMAIN_MIN 1 1 1\nDOMAIN_MAX 0 0 0\n0 0 0\n1 1 1\n", "\0\0\0"],
)  # fmt: skip
def test_what_is_no_lut_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.cube"
    path.write_text(text)
    with pytest.raises(LutError):
        read_cube(path)


def test_a_palette_moves_colours_and_leaves_greys() -> None:
    table = palette_table(((0.8, 0.2, 0.05), (0.05, 0.2, 0.3)))
    grey = np.arange(0, 256, 5, dtype=np.uint8)[None, :, None].repeat(3, 2)
    assert np.abs(through(grey, table).astype(int) - grey).max() <= 2
    green = np.full((2, 2, 3), (40, 200, 60), np.uint8)
    moved = through(green, table).astype(int)[0, 0]
    assert np.abs(moved - (40, 200, 60)).max() > 15
    light = np.array([0.2126, 0.7152, 0.0722])
    assert abs(float(moved @ light) - float(np.array((40, 200, 60)) @ light)) < 12


def test_distortion_keeps_the_middle_and_fills_the_frame() -> None:
    x = np.linspace(0, 1, 96, dtype=np.float32)[None, :, None].repeat(54, 0).repeat(3, 2)
    for amount in (-1.0, -0.3, 0.3, 1.0):
        out = bent(x, amount)
        assert out.shape == x.shape
        assert abs(float(out[27, 48, 0] - x[27, 48, 0])) < 0.02
        assert (np.diff(out[27, :, 0]) >= 0).all()
    barrel = bent(x, -1.0)
    assert barrel[0, 70, 0] > barrel[27, 70, 0], "straight lines bow outwards"


def test_bars_leave_a_picture_of_the_shape_asked_for(tmp_path: Path) -> None:
    for aspect, shape in ((2.0, (48, 96)), (1.0, (54, 54)), (96 / 54, (54, 96))):
        picture = np.full((54, 96, 3), 200, np.uint8)
        black_out(picture, aspect)
        rows, columns = picture.any(axis=(1, 2)).sum(), picture.any(axis=(0, 2)).sum()
        assert (rows, columns) == shape
    light = np.full((20, 40, 3), 0.2, np.float32)
    look = replace(PLAIN, aspect=4.0, palette=((1.0, 0.5, 0.2),), distort=-0.2)
    shown = apply_look(light, look, 0, 1, cube(tmp_path / "same.cube", 3))
    assert shown[0].max() == 0
    assert shown[10].min() > 40
