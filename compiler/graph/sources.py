"""The files a film is made from: which they are, and the tasks that bring them in.

A file enters the graph as its project path and the digest of its bytes, so a plan names exactly what it was made for,
and planning needs no disk.
"""

from __future__ import annotations

from collections.abc import Mapping

from compiler.graph import params as p
from compiler.graph.keys import Tools, recipe_keys
from compiler.graph.task import GraphBuilder, Ref
from compiler.meaning.film import Film, Music, Shot, Sound, Speech, Still
from compiler.staging.model import SpokenLine

KEY_COLOURS = ("", "green", "blue", "auto")
"""What a plate's ``key`` may be other than a matte file."""

Files = Mapping[str, str]
"""Project path → digest of its bytes when the plan was made; "" for a file that was not there."""


def files_of(film: Film) -> tuple[str, ...]:
    """Every file whose bytes reach the picture or the sound of a film, each once, sorted."""
    found = {look.lut for look in film.looks}
    for plate in film.plates:
        found |= {plate.file, "" if plate.key in KEY_COLOURS else plate.key}
    for scene in film.scenes:
        for item in scene.items:
            match item:
                case Sound() | Music():
                    found.add(item.file)
                case Speech():
                    found |= {item.recording, *(_still(shot) for _, shot in item.cuts)}
                case Shot():
                    found.add(_still(item))
                case _:
                    pass
    return tuple(sorted(found - {""}))


def source_file(build: GraphBuilder, path: str, files: Files) -> Ref:
    """The task that takes a file of the project in."""
    return build.add(p.SourceFile(path, files.get(path, "")), label=f"file {path}")


def use_recording(build: GraphBuilder, line: SpokenLine, files: Files) -> Ref:
    """The task that makes a recorded performance a voiced line; its outputs are ``audio`` and ``phones``."""
    source = source_file(build, line.recording, files)
    params = p.UseRecording(tuple(line.text.split()), line.manner)
    return build.add(params, [("file", source)], label=f"recording {line.recording}")


def probe(build: GraphBuilder, path: str, files: Files) -> Ref:
    """The task that measures a media file."""
    return build.add(p.Probe(), [("file", source_file(build, path, files))], label=f"measure {path}")


def recording_recipe(line: SpokenLine, files: Files, tools: Tools) -> str:
    """Recipe key under which the length of a recorded line becomes a fact."""
    build = GraphBuilder()
    task = use_recording(build, line, files).task
    return recipe_keys(build.graph(), tools)[task]


def probe_recipe(path: str, files: Files, tools: Tools) -> str:
    """Recipe key under which the length of a media file becomes a fact."""
    build = GraphBuilder()
    task = probe(build, path, files).task
    return recipe_keys(build.graph(), tools)[task]


def _still(shot: Shot) -> str:
    return shot.source.file if isinstance(shot.source, Still) else ""
