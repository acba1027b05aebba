"""How kernels are compiled: one decorator, and a compiled-code cache outside the project.

The cache lives in the user's cache directory, in a folder named by the digest of every source file that
holds an ``@inline`` helper: numba notices a change in a kernel's own file, but not in the files of what it
calls. So a kernel may call across files only helpers marked ``@inline``.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import platformdirs

_ROOT = Path(__file__).resolve().parents[1]
_Function = Callable[..., Any]


def _digest() -> str:
    digest = hashlib.blake2b(digest_size=10)
    for path in sorted(_ROOT.rglob("*.py")):
        text = path.read_bytes()
        if b"\n@inline" in text or path.name == "jit.py":
            digest.update(path.name.encode())
            digest.update(text)
    return digest.hexdigest()


def cache_directory() -> Path:
    """Where compiled kernels of these very sources live. An outer ``NUMBA_CACHE_DIR`` is respected."""
    outer = os.environ.get("FILMLANG_KERNEL_CACHE")
    base = Path(outer) if outer else Path(platformdirs.user_cache_dir("filmlang")) / "kernels"
    return base / _digest()


# Before numba is imported, because it reads its settings then; and again after, in case somebody else imported it.
CACHE_DIRECTORY = cache_directory()
os.environ["NUMBA_CACHE_DIR"] = str(CACHE_DIRECTORY)

import numba  # noqa: E402

numba.config.CACHE_DIR = str(CACHE_DIRECTORY)  # type: ignore[attr-defined]

_FAST = {"contract", "arcp", "nsz", "reassoc", "afn"}
"""No ``nnan``/``ninf``: depth uses infinity. The same machine code gives the same bits."""


def kernel(function: _Function) -> _Function:
    """Compile on first call, without the GIL, cached on disk; no bounds or zero-division checks."""
    return cast(_Function, numba.njit(cache=True, nogil=True, fastmath=_FAST, error_model="numpy")(function))


def inline(function: _Function) -> _Function:
    """A small helper of kernels, left to LLVM to inline; never cached by itself."""
    return cast(_Function, numba.njit(nogil=True, fastmath=_FAST, error_model="numpy")(function))


__all__ = ["CACHE_DIRECTORY", "cache_directory", "inline", "kernel"]
