"""The deferred software rasteriser: coverage, shadows, shading, air and lens. See README.md."""
