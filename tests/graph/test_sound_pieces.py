"""Windows of sound cover the film, know their scene and not the film, and pieces of it lie on the AAC grid."""

from __future__ import annotations

import pytest

from compiler.diagnostics import Report
from compiler.front import check_text
from compiler.graph import params as p
from compiler.graph.facts import Facts
from compiler.graph.soundgrid import AAC_FRAME, aac_frames
from compiler.plan import Plan, plan_film
from tests.graph.test_graph import TOOLS

SCENES = ("STUDY", "KITCHEN", "HALL", "ATTIC")


def film(lengths: tuple[str, ...] = ("7s", "23s", "9s", "12s"), rate: str = "24") -> str:
    """A scene in each place, of one shot, under a cue of its own."""
    lines = [f"Title: Four\nFormat: 128x72, {rate} fps\n\ncharacter ADA\n    a woman of thirty\n    voice: warm\n"]
    lines += [f"location {place}\n    a small {place.lower()}\n" for place in SCENES]
    for place, length in zip(SCENES, lengths, strict=True):
        lines += [f"INT. {place} - DAY\n\nmusic sparse piano in A minor, 60 bpm, low\n"]
        lines += [f"shot {place.lower()}: close-up of ADA, 50mm, {length}\n\nADA\nThis is the {place.lower()}.\n"]
    return "\n".join(lines)


def planned(text: str, only: str = "") -> Plan:
    checked = check_text(text)[0]
    assert checked is not None
    return plan_film(checked, Facts({}, TOOLS), TOOLS, Report(), only=only)


def of(plan: Plan, kind: type) -> list[p.Params]:
    return [task.params for task in plan.graph.tasks if isinstance(task.params, kind)]


def samples(plan: Plan) -> int:
    (mux,) = of(plan, p.Mux)
    assert isinstance(mux, p.Mux)
    return mux.samples


@pytest.mark.parametrize("rate", ["24", "25", "23.976", "30"])
def test_windows_and_pieces_are_the_whole_film(rate: str) -> None:
    plan = planned(film(rate=rate))
    total = samples(plan)
    assert sum(q.count for q in of(plan, p.MixWindow)) == total  # type: ignore[attr-defined]
    assert sum(q.count for q in of(plan, p.MasterSound)) == total  # type: ignore[attr-defined]
    pieces = [q for q in of(plan, p.EncodeSound) if isinstance(q, p.EncodeSound)]
    assert sum(q.frames for q in pieces) == aac_frames(total)
    assert all(q.count <= (q.lead + q.frames + 2) * AAC_FRAME for q in pieces)


def test_a_master_sees_its_neighbours_and_a_piece_what_it_hears() -> None:
    plan = planned(film())
    tasks = plan.graph.tasks
    for task in tasks:
        heard = [tasks[ref.task].params for ref in task.sources()]
        counts = [q.count for q in heard if isinstance(q, p.MixWindow | p.MasterSound)]
        match task.params:
            case p.MasterSound(start=start, count=count):
                assert len(heard) in (2, 3)
                assert start in (0, counts[0])
                assert start + count in (sum(counts), sum(counts[:-1]))
            case p.EncodeSound(start=start, count=count):
                assert 0 <= start < counts[0]
                assert sum(counts[:-1]) < start + count <= sum(counts)


def test_what_comes_after_a_longer_scene_sounds_as_it_did() -> None:
    """The scene is mixed anew, and the ends of its neighbours it is heard in; no window of the others."""
    before, after = planned(film()), planned(film(("7s", "25s", "9s", "12s")))
    was, now = of(before, p.MixWindow), of(after, p.MixWindow)
    assert len(was) == len(now) == 1 + 3 + 1 + 2
    kept = [q in was for q in now]
    assert kept[-2:] == [True, True]
    recipes = [
        {r for task, r in zip(x.graph.tasks, x.recipes, strict=True) if isinstance(task.params, p.MasterSound)}
        for x in (before, after)
    ]
    assert recipes[0] & recipes[1], "a window far enough away needs no new master"


def test_one_shot_alone_takes_only_its_stretch() -> None:
    plan = planned(film(), only="attic")
    assert samples(plan) == 12 * 48_000
    assert len(of(plan, p.MixWindow)) == 7, "its loudness is that of the film"
    assert len(of(plan, p.MasterSound)) == 2
    pieces = of(plan, p.EncodeSound)
    assert [q.frames for q in pieces] == [500, aac_frames(12 * 48_000) - 500]  # type: ignore[attr-defined]
