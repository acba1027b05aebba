"""The sandboxed reader of picture files: ``unpack FILE PIXELS`` writes width, height and sRGB bytes to standard output.

A decoder is chosen by the file's own bytes from a short list; a picture of more pixels is refused before it is
unpacked. Reads untrusted bytes with C libraries, so it runs nowhere but in a child that can read this one file.
"""

from __future__ import annotations

import io
import struct
import sys

from PIL import Image, ImageCms, ImageOps

FORMATS = ("PNG", "JPEG", "TIFF", "WEBP")
HEADER = struct.Struct("<II")
REFUSED = 3


def main(path: str, most: int) -> int:
    """Exit status: 0, or 3 with the reason as the last line on standard error."""
    Image.MAX_IMAGE_PIXELS = None  # the cap is ours
    try:
        with Image.open(path, formats=FORMATS) as image:
            if image.width * image.height > most:
                return _refuse(f"it has {image.width} × {image.height} pixels, {most // 10**6} million are read")
            picture = upright(image)
    except MemoryError:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        return _refuse(f"it is no PNG, JPEG, TIFF or WebP picture that can be read ({error})")
    out = sys.stdout.buffer
    out.write(HEADER.pack(picture.width, picture.height))
    # In strips: the whole of a large picture at once would be a third copy of it.
    for top in range(0, picture.height, 256):
        out.write(picture.crop((0, top, picture.width, min(top + 256, picture.height))).tobytes())
    out.flush()
    return 0


def upright(image: Image.Image) -> Image.Image:
    """8-bit sRGB, turned upright, transparency over black."""
    profile = image.info.get("icc_profile")
    turned = ImageOps.exif_transpose(image)
    if turned.mode in ("I;16", "I;16B", "I;16L", "I"):
        turned = _eight_bit(turned)
        profile = None
    if turned.mode in ("RGBA", "LA", "PA", "P"):
        clear = turned.convert("RGBA")
        turned = Image.alpha_composite(Image.new("RGBA", clear.size, (0, 0, 0, 255)), clear)
    rgb = turned.convert("RGB") if turned.mode != "CMYK" or not profile else turned
    if profile:
        rgb = _managed(rgb, profile)
    return rgb.convert("RGB")


def _eight_bit(grey: Image.Image) -> Image.Image:
    import numpy as np  # no other picture needs it, and it takes longer to load than they to read

    wide = np.asarray(grey, np.float64)
    return Image.fromarray(np.rint(wide * (255.0 / 65535.0)).clip(0, 255).astype(np.uint8))


def _managed(image: Image.Image, profile: bytes) -> Image.Image:
    """The same picture in sRGB; a profile that cannot be read is taken for sRGB, as every viewer does."""
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return turned if turned is not None else image


def _refuse(why: str) -> int:
    print(" ".join(why.split())[:500], file=sys.stderr)
    return REFUSED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
