"""Footage in the graph: files by their bytes, stills, plates and splits, picture time; editions keep their scenes."""

from __future__ import annotations

from fractions import Fraction

import pytest

from compiler.diagnostics import Report
from compiler.front import check_text
from compiler.graph import params as p
from compiler.graph.facts import Facts
from compiler.graph.keys import recipe_keys
from compiler.graph.ops import OPS
from compiler.graph.sources import files_of, probe_recipe, recording_recipe
from compiler.graph.task import Task
from compiler.meaning.film import Film, Move, MoveKind, Speed
from compiler.plan import Plan, plan_film
from compiler.staging.editions import cut_edition
from compiler.staging.footage import framings, panel_boxes

TOOLS = {op.name: op.name for op in OPS}
HEAD = """\
Title: Sources
Format: 128x72, 24 fps

plate ANA
    file: "ana.mp4"
    in: 1s
    consent: "ana.pdf"

plate GHOST
    file: "ghost.mov"
    key: green
    replaces: TOM
    consent: "ana.pdf"

edition short: scenes 2

INT. STUDY - NIGHT

scene
    ADA: standing at window
    TOM: standing at door

"""
BODY = """\
shot map: still "map.jpg", push in slowly, 2s

shot flat: still "map.jpg", 2s

shot ana: plate ANA, sound on

shot ghost: plate GHOST, wide, 2s

shot walked: full of ADA, speed 50%, 2s

Ada walks to Tom.

shot held: close-up of ADA, freeze, 2s

shot backwards: full of ADA, reverse, 4s

shot both: split map and held, 2s

line "take.wav"

ADA
Hello there.

sound "wind.ogg", looping
music "song.flac", 2s

INT. HALL - DAY

TOM
Good morning.
"""


def film(text: str = HEAD + BODY) -> Film:
    found, _, report = check_text(text)
    assert found is not None
    assert not report.failed, [d.message for d in report.items]
    return found


def plan(
    source: Film, files: dict[str, str] | None = None, facts: dict[str, str] | None = None, **options: object
) -> Plan:
    known = files if files is not None else {name: f"bytes of {name}" for name in files_of(source)}
    return plan_film(source, Facts(facts or {}, TOOLS, known), TOOLS, Report(), verify=True, **options)  # type: ignore[arg-type]


def of(found: Plan, kind: type, shot: str = "") -> list[Task]:
    return [t for t in found.graph.tasks if isinstance(t.params, kind) and shot in (t.shot, "")]


def test_every_file_of_a_film_is_known() -> None:
    assert files_of(film()) == ("ana.mp4", "ghost.mov", "map.jpg", "song.flac", "take.wav", "wind.ogg")
    found = plan(film())
    assert {t.params.path for t in of(found, p.SourceFile)} == set(files_of(film()))  # type: ignore[union-attr]


def test_a_files_bytes_are_in_the_key_of_what_shows_it_and_of_nothing_else() -> None:
    source = film()
    files = {name: f"bytes of {name}" for name in files_of(source)}
    one, two = plan(source, files), plan(source, {**files, "map.jpg": "other bytes"})
    changed = {
        t.op.name for t, a, b in zip(one.graph.tasks, recipe_keys(one.graph, TOOLS), recipe_keys(two.graph, TOOLS), strict=True)
        if a != b
    }  # fmt: skip
    assert {"file", "still", "panels", "encode"} <= changed
    assert not changed & {"bake", "render", "speak", "plate", "sound", "mix"}


def test_a_still_is_developed_once_when_nothing_moves() -> None:
    found = plan(film())
    moving, held = of(found, p.DevelopStill, "map"), of(found, p.DevelopStill, "flat")
    assert [t.params.window for t in held] == [p.Window(0, 1)]  # type: ignore[union-attr]
    assert sum(t.params.window.count for t in moving) >= 48  # type: ignore[union-attr]


def test_a_plate_waits_to_be_measured_unless_it_says_how_long_it_is() -> None:
    found = plan(film())
    (probe,) = [t for t in of(found, p.Probe) if "ana.mp4" in t.label]
    assert not probe.provisional
    assert all(t.provisional for t in of(found, p.DecodePlate, "ana"))
    files = {name: f"bytes of {name}" for name in files_of(film())}
    known = {probe_recipe("ana.mp4", files, TOOLS): '{"seconds": "7/2"}'}
    measured = plan(film(), files, known)
    (shot,) = [s for s in measured.timeline.shots if s.name == "ana"]
    assert shot.shot.frames == 60, "three and a half seconds from one second on"
    assert not any(t.provisional for t in of(measured, p.DecodePlate, "ana"))
    begins = {t.params.begin for t in of(measured, p.DecodePlate, "ana")}  # type: ignore[union-attr]
    assert begins == {Fraction(1)}


def test_a_keyed_plate_lies_over_the_place_without_whom_it_replaces() -> None:
    found = plan(film())
    tasks = of(found, p.DecodePlate, "ghost")
    assert tasks
    assert all([slot for slot, _ in t.inputs] == ["clip", "file"] for t in tasks)
    (shot,) = [s for s in found.timeline.shots if s.name == "ghost"]
    assert "TOM" not in {a.person.name for a in shot.shot.actors}


def test_picture_time_is_in_what_is_baked_and_turned() -> None:
    found = plan(film())
    (slow,) = of(found, p.BakeShot, "walked")
    assert slow.params.shot.fps == (48, 1)  # type: ignore[union-attr]
    (held,) = [t for t in of(found, p.BakeShot, "held") if len(t.params.windows) == 1][:1]  # type: ignore[union-attr]
    assert held.params.windows == (p.Window(0, 1),)  # type: ignore[union-attr]
    back = of(found, p.BakeShot, "backwards")[0].params.windows  # type: ignore[union-attr]
    assert sum(w.count for w in back) == 96
    assert len(of(found, p.TurnClip, "backwards")) == len(back)
    assert not of(found, p.TurnClip, "walked")


def test_a_split_shows_both_in_their_halves() -> None:
    found = plan(film())
    panels = of(found, p.JoinPanels, "both")
    assert panels
    for task in panels:
        assert [slot for slot, _ in task.inputs] == ["clip", "clip"]
        assert task.params.boxes == panel_boxes("split", (128, 72))  # type: ignore[union-attr]
    sizes = {t.params.size for t in of(found, p.DevelopStill) if t.shot == "both"}  # type: ignore[union-attr]
    assert sizes == {panel_boxes("split", (128, 72))[0][2:]}


def test_a_recording_gives_its_line_its_length_and_lips() -> None:
    source = film()
    files = {name: f"bytes of {name}" for name in files_of(source)}
    found = plan(source, files)
    (task,) = of(found, p.UseRecording)
    assert task.params.words == ("Hello", "there.")  # type: ignore[union-attr]
    (speech,) = [s for s in found.timeline.speeches if s.line.recording]
    known = {recording_recipe(speech.line, files, TOOLS): '{"seconds": 3.25, "words": [[0.5, 1.0], [2.0, 3.0]]}'}
    timing = Facts(known, TOOLS, files).line(speech.line)
    assert (timing.seconds, timing.exact) == (3.25, True)
    other = Facts(known, TOOLS, {**files, "take.wav": "another take"}).line(speech.line)
    assert not other.exact


def test_sound_files_are_imported_for_as_long_as_they_are_heard() -> None:
    found = plan(film())
    imported = {t.label: t.params for t in of(found, p.ImportSound)}
    assert imported["sound wind.ogg"].loop  # type: ignore[union-attr]
    assert imported["music song.flac"].music  # type: ignore[union-attr]
    assert any(label.startswith("sound ana.mp4") for label in imported), "a plate's own sound"


def test_boards_show_moving_stills_moving_and_the_rest_as_stills() -> None:
    found = plan(film(), profile="board")
    assert not of(found, p.EncodeBoard, "map")
    assert of(found, p.EncodeBoard, "flat")[0].params.zoom == 0  # type: ignore[union-attr]
    assert all(t.params.window.count == 1 for t in of(found, p.DecodePlate))  # type: ignore[union-attr]


def test_an_edition_is_its_scenes() -> None:
    report = Report()
    short = cut_edition(film(), "Short", report)
    assert short is not None
    assert [scene.location for scene in short.scenes] == ["HALL"]
    assert cut_edition(film(), "none such", report) is None
    assert plan(short).timeline.frames < plan(film()).timeline.frames


@pytest.mark.parametrize("kind", list(MoveKind))
@pytest.mark.parametrize("speed", list(Speed))
def test_any_camera_word_frames_a_still_soundly(kind: MoveKind, speed: Speed) -> None:
    for direction in ("", "left", "right", "up", "down", "in", "out"):
        keys = framings((Move(kind, direction, speed=speed), Move(MoveKind.PULL_OUT)), speed is Speed.FAST, -0.5, 4.0)
        assert all(0.0 <= k.x <= 1.0 and 0.0 <= k.y <= 1.0 and k.scale >= 1.0 for k in keys)
        assert [k.time for k in keys] == sorted(k.time for k in keys)
    assert len(framings((Move(MoveKind.STATIC),), False, 0.0, 4.0)) == 1


def test_boxes_lie_in_the_frame_and_are_even() -> None:
    for size in ((128, 72), (960, 402), (1920, 1080), (64, 64)):
        for kind in ("split", "inset"):
            for x, y, w, h in panel_boxes(kind, size):
                assert w % 2 == h % 2 == 0
                assert x >= 0
                assert x + w <= size[0]
                assert y >= 0
                assert y + h <= size[1]
