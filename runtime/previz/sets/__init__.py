"""Sets: rooms, furniture, lamps and landscapes as meshes."""

from runtime.previz.sets.build import BuiltSet, build_set, moving
from runtime.previz.sets.keep import load_set, save_set

__all__ = ["BuiltSet", "build_set", "load_set", "moving", "save_set"]
