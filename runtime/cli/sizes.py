"""Sizes and ages as people write them."""

from __future__ import annotations

import re

_UNITS = {
    "": 1,
    "B": 1,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "TB": 10**12,
    "KIB": 1 << 10,
    "MIB": 1 << 20,
    "GIB": 1 << 30,
    "TIB": 1 << 40,
}
_SPANS = {"S": 1.0, "M": 60.0, "H": 3600.0, "D": 86400.0, "W": 7 * 86400.0}


def size_text(size: int) -> str:
    """Bytes in the unit that leaves one to three digits before the point."""
    value, unit = float(size), "B"
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if value < 999.5 or unit == "TB":
            break
        value /= 1000
    return f"{value:.0f} {unit}" if unit == "B" or value >= 99.5 else f"{value:.1f} {unit}"


def parse_size(text: str) -> int | None:
    """``5GB``, ``500 MiB``, ``0``: bytes; ``None`` for anything else."""
    match = re.fullmatch(r"\s*(\d{1,12}(?:\.\d{1,6})?)\s*([kmgt]?i?b?)\s*", text, re.IGNORECASE)
    if not match:
        return None
    unit = match[2].upper()
    unit = unit if unit.endswith("B") or not unit else unit + "B"
    return int(float(match[1]) * _UNITS[unit]) if unit in _UNITS else None


def parse_age(text: str) -> float | None:
    """``30d``, ``12h``, ``2w``: seconds; ``None`` for anything else."""
    match = re.fullmatch(r"\s*(\d{1,9}(?:\.\d{1,6})?)\s*([smhdw])\s*", text, re.IGNORECASE)
    return float(match[1]) * _SPANS[match[2].upper()] if match else None
