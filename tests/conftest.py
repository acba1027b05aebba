"""What every test may use: the repository as the import root, whichever way pytest was started, and quiet threads."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(name, "1")
os.environ["FILM_PLANS"] = "0"  # nothing of the suite goes into the user's cache, or comes from it

# The suite says the same of the same tree every time; `HYPOTHESIS_PROFILE=explore make test` looks for what it has not seen.
settings.register_profile("repeatable", derandomize=True)
settings.register_profile("explore", derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))
