"""Still pictures: read under caps, brought to sRGB, fitted to the frame and moved as a rostrum camera moves.

A decoder is chosen by the file's own bytes from a short list; a picture larger than the cap is refused before it is
unpacked.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps

from compiler.staging.model import Framing
from runtime.picture.scan import scanned

F32 = NDArray[np.float32]
FORMATS = ("PNG", "JPEG", "TIFF", "WEBP")
MOST_PIXELS = 120_000_000
MOST_BYTES = 64 << 20


class StillError(ValueError):
    """A picture file that cannot be used; the message says why."""

    trouble = "bad input"


def read_still(path: Path) -> NDArray[np.uint8]:
    """The picture of a file as sRGB (H, W, 3) uint8, turned upright, transparency over black. Raises ``StillError``."""
    if path.stat().st_size > MOST_BYTES:
        raise StillError(f"it is larger than {MOST_BYTES >> 20} MB")
    try:
        with Image.open(path, formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise StillError(
                    f"it has {image.width} × {image.height} pixels, {MOST_PIXELS // 10**6} million are read"
                )
            return _upright(image)
    except StillError:
        raise
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise StillError(f"it is no PNG, JPEG, TIFF or WebP picture that can be read ({error})") from error


def covering(picture: NDArray[np.uint8], size: tuple[int, int], closest: float) -> F32:
    """Scene light of ``picture`` at the size at which it just covers ``size`` (width, height) when ``closest``-fold enlarged."""
    height, width = picture.shape[:2]
    cover = max(size[0] / width, size[1] / height) * closest
    light = scanned(picture)
    if cover >= 1.0:
        return light
    smaller = (max(1, round(width * cover)), max(1, round(height * cover)))
    return np.asarray(cv2.resize(light, smaller, interpolation=cv2.INTER_AREA), np.float32)


def framed(light: F32, framing: Framing, size: tuple[int, int]) -> F32:
    """What ``framing`` shows of scene light (h, w, 3): (H, W, 3) of ``size``; the frame never leaves the picture."""
    height, width = light.shape[:2]
    scale = max(size[0] / width, size[1] / height) * max(framing.scale, 1.0)
    half_x, half_y = size[0] / scale / 2, size[1] / scale / 2
    x = half_x + min(max(framing.x, 0.0), 1.0) * max(width - 2 * half_x, 0.0)
    y = half_y + min(max(framing.y, 0.0), 1.0) * max(height - 2 * half_y, 0.0)
    # Pixel centres: the middle of the frame looks at (x, y) of the picture.
    move = np.array(
        [[1 / scale, 0.0, x - half_x + 0.5 / scale - 0.5], [0.0, 1 / scale, y - half_y + 0.5 / scale - 0.5]]
    )
    how = cv2.INTER_CUBIC if scale > 1.0 else cv2.INTER_LINEAR
    out = cv2.warpAffine(light, move, size, flags=how | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE)
    return np.maximum(np.asarray(out, np.float32), 0.0)


def framing_at(keys: Sequence[Framing], seconds: float) -> Framing:
    """The framing at a second of the shot: eased from key to key, closeness by its logarithm."""
    if len(keys) == 1 or seconds <= keys[0].time:
        return keys[0]
    for a, b in pairwise(keys):
        if seconds < b.time:
            u = (seconds - a.time) / max(b.time - a.time, 1e-6)
            # Soft at the ends, even between: a rostrum move that eases all the way looks like two moves.
            u = u * u * (3 - 2 * u) * 0.45 + u * 0.55
            scale = a.scale ** (1 - u) * b.scale**u
            return Framing(seconds, a.x + (b.x - a.x) * u, a.y + (b.y - a.y) * u, scale)
    return keys[-1]


def _upright(image: Image.Image) -> NDArray[np.uint8]:
    profile = image.info.get("icc_profile")
    turned = ImageOps.exif_transpose(image)
    if turned.mode in ("I;16", "I;16B", "I;16L", "I"):
        wide = np.asarray(turned, np.float64)
        grey = np.rint(wide * (255.0 / 65535.0)).clip(0, 255).astype(np.uint8)
        turned = Image.fromarray(grey)
        profile = None
    if turned.mode in ("RGBA", "LA", "PA", "P"):
        clear = turned.convert("RGBA")
        turned = Image.alpha_composite(Image.new("RGBA", clear.size, (0, 0, 0, 255)), clear)
    rgb = turned.convert("RGB") if turned.mode != "CMYK" or not profile else turned
    if profile:
        rgb = _managed(rgb, profile)
    return np.asarray(rgb.convert("RGB"), np.uint8)


def _managed(image: Image.Image, profile: bytes) -> Image.Image:
    """The same picture in sRGB; a profile that cannot be read is taken for sRGB, as every viewer does."""
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return turned if turned is not None else image
