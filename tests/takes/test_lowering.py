"""What takes and picks cost, counted in tasks: compiler, store and scheduler are real."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from compiler.picks import FILE, Pick, read_stretches
from compiler.picks_write import print_picks
from runtime.cli.build import Built, Options, build, load, open_store
from runtime.cli.building import build_film
from runtime.schedule import table
from runtime.store import upkeep
from tests.schedule import fakes
from tests.schedule.fakes import InlinePool, Recorder
from tests.takes.films import ONE_TAKE, TAKEN

Make = Callable[..., tuple[Recorder, Built]]
NEVER = {"speak", "person", "set", "bake", "render", "judge", "music", "sound"}
"""What a pick of a take that is made never runs."""


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    monkeypatch.setattr(table, "FUNCTIONS", dict(table.FUNCTIONS))
    fakes.install()
    monkeypatch.setattr("runtime.cli.build.Pool", InlinePool)
    monkeypatch.setattr("runtime.cli.building.warm_once", lambda quiet: None)
    path = tmp_path / "talk.film"

    def run(text: str, picks: str = "", **options: object) -> tuple[Recorder, Built]:
        path.write_text(text)
        pick(tmp_path, picks)
        loaded, heard = load(path, str(options.get("edition", ""))), Recorder()
        assert loaded.film is not None, loaded.report.items
        store = open_store(path)
        try:
            built = build(loaded, Options(path, tmp_path / "out", **options), store, heard.heard, heard.planned)  # type: ignore[arg-type]
        finally:
            store.close()
        assert built.failed == []
        return heard, built

    return run


def pick(folder: Path, words: str) -> None:
    """Leave a pick of ``ada``, or none."""
    if not words:
        (folder / FILE).unlink(missing_ok=True)
        return
    stretches = read_stretches(words)
    assert not isinstance(stretches, str), stretches
    (folder / FILE).write_text(print_picks([Pick("ada", stretches)]))


def test_three_takes_are_made_and_judged_and_one_is_shown(make: Make) -> None:
    heard, built = make(TAKEN)
    assert heard.shots("bake") == {"room": 1, "ada": 3, "last": 1}
    assert heard.shots("render") == {"room": 2, "ada": 9, "last": 2}
    assert heard.shots("judge") == {"ada": 3}
    assert heard.shots("encode") == {"room": 2, "ada": 3, "last": 2}
    assert heard.ops["speak"] == heard.ops["person"] == heard.ops["set"] == heard.ops["conform"] == 1
    assert built.plan is not None
    (choice,) = built.plan.choices
    assert choice.cut.settled
    assert choice.shown == (choice.ranked()[0],)
    assert choice.cut.label.startswith(f"take {choice.shown[0]} of 3, ")
    assert make(TAKEN)[0].ran == []


def test_the_first_take_is_the_film_without_takes(make: Make) -> None:
    make(ONE_TAKE)
    heard, _ = make(TAKEN)
    assert heard.shots("bake") == {"ada": 2}
    assert heard.shots("render") == {"ada": 6}
    assert heard.shots("judge") == {"ada": 3}
    assert not {"speak", "person", "set", "mix", "music", "sound"} & set(heard.ops)
    assert make(ONE_TAKE)[0].ran == []


def test_another_take_runs_nothing_of_the_others(make: Make) -> None:
    make(TAKEN)
    heard, _ = make(TAKEN.replace("takes: 3", "takes: 4"))
    assert heard.shots("bake") == {"ada": 1}
    assert heard.shots("render") == {"ada": 3}
    assert heard.shots("judge") == {"ada": 1}


def test_a_pick_asks_for_no_other_take(make: Make) -> None:
    heard, built = make(TAKEN, "3")
    assert heard.shots("bake")["ada"] == 1
    assert heard.shots("render")["ada"] == 3
    assert "judge" not in heard.ops
    assert built.plan is not None
    assert built.plan.choices[0].shown == (3,)


def test_a_new_pick_runs_only_the_cut(make: Make) -> None:
    _, built = make(TAKEN)
    assert built.plan is not None
    other = next(number for number in (1, 2, 3) if (number,) != built.plan.choices[0].shown)
    heard, _ = make(TAKEN, str(other))
    assert heard.ops == {"encode": 3, "conform": 1, "mux": 1, "poster": 2, "report": 1}
    assert set(heard.shots("encode")) == {"ada"}
    assert set(make(TAKEN)[0].ops) <= {"report"}, "the pick is taken back"


def test_a_stretch_runs_only_the_cut_and_what_is_heard_in_it(make: Make) -> None:
    make(TAKEN)
    heard, built = make(TAKEN, "2 1.2s..4.0s")
    assert not NEVER & set(heard.ops)
    assert built.plan is not None
    shots = {timed.name: timed for timed in built.plan.timeline.shots}
    assert shots["ada"].frames == 67
    assert shots["last"].first_frame == 72 + 67
    assert built.plan.timeline.frames == 72 + 67 + 96
    assert heard.shots("cutclip") == {"ada": 1}, "one window is shown in part, one whole"
    assert heard.ops["cutsound"] <= 2
    assert make(TAKEN, "2 1.2s..4.0s")[0].ran == []


def test_a_composite_that_covers_the_shot_keeps_its_length_and_its_sound(make: Make) -> None:
    make(TAKEN, "1")
    make(TAKEN)
    heard, built = make(TAKEN, "2 0s..2s 3 2s..6s")
    assert not (NEVER | {"mix", "cutsound", "cutclip", "captions"}) & set(heard.ops), "the cut lies between windows"
    assert built.plan is not None
    assert built.plan.timeline.frames == 13 * 24
    heard, _ = make(TAKEN, "2 0s..2.5s 3 2.5s..6s")
    assert not (NEVER | {"mix", "cutsound", "captions"}) & set(heard.ops)
    assert heard.shots("cutclip") == {"ada": 2}


def test_a_transition_of_a_stretch_is_cut_from_what_is_there(make: Make) -> None:
    text = TAKEN.replace("shot ada: close-up", "DISSOLVE 1S TO:\n\nshot ada: close-up")
    text = text.replace("shot last: medium", "DISSOLVE 1S TO:\n\nshot last: medium")
    make(text)
    heard, built = make(text, "2 1.2s..4.0s")
    assert not NEVER & set(heard.ops)
    assert heard.shots("transition")["ada"] == 1
    assert built.plan is not None
    shots = {timed.name: timed for timed in built.plan.timeline.shots}
    assert shots["ada"].frames == 67
    assert shots["ada"].shot.head == 24


def test_an_edition_without_the_shot_says_nothing_and_keeps_the_take(make: Make, tmp_path: Path) -> None:
    text = (
        TAKEN.replace("INT. STUDY", "edition short: scenes 2\n\nINT. STUDY", 1) + "\nINT. STUDY - DAY\n\nShe is gone.\n"
    )
    make(text, "3")
    _, built = make(text, "3", edition="short")
    assert built.plan is not None
    assert built.plan.choices == ()
    assert built.plan.findings == ()
    store = open_store(tmp_path / "talk.film")
    assert len(store.index.pins()) == 3
    store.close()


def test_the_board_shows_the_pick_and_judges_nothing(make: Make) -> None:
    heard, _ = make(TAKEN, profile="board")
    assert heard.shots("bake")["ada"] == 1
    assert "judge" not in heard.ops
    heard, built = make(TAKEN, "3 0s..3s", profile="board")
    assert heard.shots("bake") == {"ada": 1}
    assert built.plan is not None
    assert built.plan.timeline.frames == 10 * 24


def test_a_shot_within_a_speech_leaves_and_comes_back_to_one_take(make: Make) -> None:
    text = TAKEN.replace("Is anybody", "[[shot: insert of lamp, 1s]] Is anybody").replace("75mm, 6s", "75mm")
    _, built = make(text, "3")
    assert built.plan is not None
    takes = {timed.key: timed.takes.shown and timed.takes.shown[0].take for timed in built.plan.timeline.shots}
    assert takes["ada"] == 3
    assert takes["ada/again"] == 3


def test_what_is_picked_is_never_collected_and_scores_stay(make: Make, tmp_path: Path) -> None:
    _, built = make(TAKEN)
    assert built.plan is not None
    make(TAKEN, "3")
    store = open_store(tmp_path / "talk.film")
    pins = store.index.pins()
    assert len(pins) == 3
    assert set(pins.values()) == {"talk.film: ada: take 3 was picked"}
    store.index.forget_plan("talk.film previz")
    upkeep.collect(store.blobs, store.index)
    store.close()
    heard, _ = make(TAKEN, "3")
    assert "ada" not in heard.shots("render"), "the picked take was kept"
    assert heard.shots("render") == {"room": 2, "last": 2}
    heard, built = make(TAKEN)
    assert built.plan is not None
    assert [take.marks is not None for take in built.plan.choices[0].takes] == [True] * 3, "scores are facts"
    assert "judge" not in heard.ops
    store = open_store(tmp_path / "talk.film")
    assert store.index.pins() == {}, "taken back, it is as any other"
    store.close()


def test_a_requirement_asks_for_more_takes_up_to_a_bound(
    make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = TAKEN.replace("    takes: 3\n", "    require: sharpness >= 1\n")
    heard, built = make(text)
    assert heard.shots("judge") == {"ada": 8}
    assert built.plan is not None
    (demand,) = built.plan.demands
    assert demand.standing.value == "not met"
    assert demand.takes == 8
    assert [item.code for item in built.plan.findings] == ["W527"]
    assert build_film(Options(tmp_path / "talk.film", tmp_path / "out"), "text") == 0
    assert build_film(Options(tmp_path / "talk.film", tmp_path / "out", strict=True), "text") == 1
    told = capsys.readouterr().err
    assert "sharpness >= 1" in told
    assert "the best of 8" in told
    heard, built = make(TAKEN.replace("    takes: 3\n", "    require: sharpness >= 0\n"))
    assert heard.shots("judge") == {}, "the first take is good enough, and known"
    assert built.plan is not None
    assert built.plan.demands[0].standing.value == "met"


def test_a_requirement_of_a_picked_take_is_told_by_the_build_that_judges_it(make: Make) -> None:
    text = TAKEN.replace("    takes: 3\n", "    takes: 3\n    require: sharpness >= 1\n")
    heard, built = make(text, "2")
    assert heard.shots("judge") == {"ada": 1}
    assert built.plan is not None
    (demand,) = built.plan.demands
    assert (demand.standing.value, demand.take) == ("not met", 2)
    assert [item.code for item in built.plan.findings] == ["W527"]
    assert make(text, "2")[0].ran == []


def test_requirements_of_the_film_are_held_against_it(make: Make, tmp_path: Path) -> None:
    text = TAKEN.replace("INT. STUDY", "require length <= 5s, loudness >= -40 LUFS, words >= 0.9\n\nINT. STUDY", 1)
    _, built = make(text)
    assert built.plan is not None
    standing = {demand.requirement.measure: demand.standing.value for demand in built.plan.demands}
    assert standing["length"] == "not met"
    assert standing["words"] == "not measured"
    assert {item.code for item in built.plan.findings} == {"W527"}
    assert build_film(Options(tmp_path / "talk.film", tmp_path / "out", strict=True), "json") == 1


def test_a_pick_of_a_shot_that_changed_is_told(make: Make, tmp_path: Path) -> None:
    film = TAKEN.replace("24mm, 3s", "24mm, 5s")
    _, built = make(film, "3")
    assert built.plan is not None
    own = built.plan.choices[0].looked_at
    (tmp_path / FILE).write_text(
        print_picks([Pick("ada", (built.plan.choices[0].pick or Pick("", ())).stretches, recipe=own)])
    )
    store_text = (tmp_path / FILE).read_text()

    def codes(text: str) -> list[str]:
        (tmp_path / "talk.film").write_text(text)
        (tmp_path / FILE).write_text(store_text)
        loaded = load(tmp_path / "talk.film")
        assert loaded.film is not None
        store = open_store(tmp_path / "talk.film")
        from runtime.cli.build import make_plan

        plan = make_plan(
            loaded.film, store, Options(tmp_path / "talk.film"), loaded.report, loaded.locked, loaded.picks
        )
        store.close()
        return [item.code for item in plan.findings]

    assert codes(film) == []
    assert codes(film.replace("Title: Talk", "Title: Talk\nLook: silver")) == [], "a look is not what was chosen"
    assert codes(film.replace("24mm, 5s", "24mm, 6s")) == [], "nor is its place in the film"
    assert codes(film.replace("75mm", "85mm")) == ["W524"]
    assert codes(film.replace("shot ada:", "shot eva:")) == ["W521"]
