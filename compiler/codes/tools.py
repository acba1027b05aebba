"""Codes of interchange and rewriting. E450-E469, W450-W469."""

from __future__ import annotations


class ToolsErrors:
    """Tools errors: the film cannot be made as written."""


class ToolsWarnings:
    """Tools warnings: the film is made, but perhaps not as meant."""
