"""Pieces built from parts: the boxes, cylinders, spheres and cones a film's own ``piece`` is made of, as solid things."""

from __future__ import annotations

from compiler.staging.model import Part, Piece, Shape
from runtime.previz.scene import Material
from runtime.previz.sets.kit import CLEAR, GLOW, SOLID, Kit, Rgb

_STUFF: dict[str, tuple[Material, float]] = {
    "wood": (Material.WOOD, 0.5),
    "metal": (Material.METAL, 0.32),
    "glass": (Material.GLASS, 0.08),
    "fabric": (Material.FABRIC, 0.35),
    "leather": (Material.PLASTIC, 0.55),
    "stone": (Material.STONE, 0.5),
    "plaster": (Material.PLASTER, 0.5),
    "paper": (Material.PAPER, 0.5),
    "plastic": (Material.PLASTIC, 0.3),
    "glow": (Material.EMISSIVE, 2.2),
}


def built_of_parts(k: Kit, c: Rgb, piece: Piece) -> None:
    """Every part in its place; a glowing one shines only while the piece is lit."""
    for part in piece.parts:
        material, attr = _STUFF.get(part.material, _STUFF["wood"])
        paint = part.colour or c
        layer = SOLID
        if part.material == "glow":
            if piece.lit:
                layer = GLOW
            else:
                material, attr = Material.GLASS, 0.2
        elif part.material == "glass":
            layer = CLEAR
        k.use(material, paint, attr, layer)
        since = k.mark()
        _form(k, part)
        if part.turn:
            k.turn(since, "xyz".index(part.axis), part.turn)
        k.shift(since, *part.at)


def _form(k: Kit, part: Part) -> None:
    w, h, d = part.size
    edge = min(0.006, 0.12 * min(w, h, d))
    match part.shape:
        case Shape.BOX:
            k.box(0, 0, 0, w, h, d, edge)
        case Shape.CYLINDER:
            r = w / 2
            k.lathe([(0, 0), (r - edge, 0), (r, edge), (r, h - edge), (r - edge, h), (0, h)], sides=_sides(r))
        case Shape.SPHERE:
            k.ball(0, w / 2, 0, w / 2, _sides(w / 2))
        case Shape.CONE:
            r = w / 2
            k.lathe([(0, 0), (r - edge, 0), (r, edge), (edge * 0.5, h), (0, h)], sides=_sides(r))


def _sides(radius: float) -> int:
    """Enough facets that a round edge looks round at arm's length."""
    return int(min(48, max(12, 14 + radius * 40)))
