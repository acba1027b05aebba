"""``python -m runtime.previz.raster.profile``: CPU milliseconds by stage for a plain room, first frame and after."""

from __future__ import annotations

import time

from runtime.previz.raster.clock import clock
from runtime.previz.raster.lamps import ShadowCache
from runtime.previz.render import render
from runtime.previz.warm import everything


def main() -> None:
    """Prints a line per size."""
    for size in ((640, 268), (960, 402), (1280, 536)):
        cache, scene = ShadowCache(), everything()
        render(scene, size, cache)
        clock.listening, clock.seconds = True, {}
        start = time.process_time()
        render(scene, size, cache)
        total = time.process_time() - start
        clock.listening = False
        stages = "  ".join(f"{name} {seconds * 1000:.0f}" for name, seconds in clock.seconds.items())
        print(f"{size[0]}×{size[1]}  {total * 1000:.0f} ms   {stages}")


if __name__ == "__main__":
    main()
