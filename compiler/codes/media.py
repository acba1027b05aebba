"""Codes of stills, plates, titles, sound files, editions. E430-E449, W504-W519."""

from __future__ import annotations


class MediaErrors:
    """Media errors: the film cannot be made as written."""


class MediaWarnings:
    """Media warnings: the film is made, but perhaps not as meant."""
