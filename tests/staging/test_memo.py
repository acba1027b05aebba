"""Staging that remembers gives what staging from nothing gives, whatever was edited, and the very shots that stay the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.diagnostics import Diagnostic, Report
from compiler.front import check_text
from compiler.meaning.film import Film
from compiler.session import Session, moved
from compiler.staging.memo import StagingMemo
from compiler.staging.model import LineTiming, SpokenLine, Timeline
from compiler.staging.stage import rehearse_film, stage_film
from compiler.staging.voicing import estimate
from tests.bench.screenplay import directed

HEAD = """\
Title: Neighbours
Look: neutral

character MARA
    a woman of sixty
    wears: grey coat

character ELIAS
    a man of seventy
    voice: slow

group CROWD: 12 people

prop LETTER
    kind: letter

prop CAR
    kind: car

location HALL
    a hall
    set: table at 0 0, chair beside table, door on west wall, lamp on table, a qwertz on table
    light: warm lamp as key

location STREET
    a city street

"""
SCENES = (
    """\
INT. HALL - DAY

scene
    MARA: standing at table
    LETTER: on table

music sparse strings in D minor, 60 bpm, low

shot letter: insert of LETTER, 3s

Mara picks up the letter. She opens the door.

MARA
Nobody has come for it, and nobody --
""",
    """\
INT. HALL - NIGHT

shot elias: medium of ELIAS, 50mm

ELIAS
Never.

Elias sits.

shot again: as elias, close-up

MARA (V.O.)
That is what he said, and he said it more than once, in that hall, by that table.

> DISSOLVE TO:
""",
    """\
EXT. STREET - DAY

scene
    CAR: parked
    ELIAS: in the car
    CROWD: along the street

shot crowd: wide of CROWD, 4s

The crowd walks away. The car drives away.

sound engine idling, low
""",
    """\
> DISSOLVE TO:

INT. HALL - CONTINUOUS

scene
    wardrobe MARA: red coat

shot alike: close-up of MARA, match MARA, 3s

Mara looks at the lamp. She switches off the lamp.

title "Later", 6s

music out
""",
    """\
INT. KITCHEN - MORNING

shot both: split letter and elias, 2s

shot ahead: medium of ELIAS, audio leads 2s, 2s

ELIAS
It begins before you see me.

Elias breathes out.
""",
    """\
INT. HALL - CONTINUOUS

Mara puts down the letter. Mara gives the cup to Elias.

ELIAS
Here we are. Here we all are.

MARA
Not all.

> FADE OUT.
""",
    """\
EXT. STREET - NIGHT

shot runs: full of MARA, speed 50%, 3s

Mara runs to the door.
""",
)
WORDS = (
    ("grey coat", "blue knit sweater"), ("table at 0 0", "table at 1 0"), ("warm lamp as key", "cool moonlight"),
    ("Look: neutral", "Look: ember"), ("50mm", "85mm"), ("Never.", "Never, and you know why, and so does she."),
    ("Elias sits.", "Elias waits."), ("4s", "7s"), ("walks away", "cheers"), ("red coat", "black dress"),
    ("2s", "3s"), ("nobody --", "nobody."), ("a man of seventy", "a man of thirty"), ("Not all.", "Not all of us, no."),
    ("Here we are.", "/* hm */ Here we are."), ("on table\n", "held by MARA\n"), ("low", "loud"), ("60 bpm", "90 bpm"),
    ("12 people", "9 people"), ("title \"Later\", 6s", "title \"Much later\", 9s"), ("voice: slow", "voice: quick"),
)  # fmt: skip


def timing_of(exact: str) -> Callable[[SpokenLine], LineTiming]:
    """Line lengths as they are once every line that holds ``exact`` has been voiced."""

    def timing(line: SpokenLine) -> LineTiming:
        guess = estimate(line)
        return LineTiming(guess.seconds + 0.5, guess.words, True) if exact and exact in line.text else guess

    return timing


class Warm:
    """A session and a memo, told the same film over and over as it is edited."""

    def __init__(self, *, session: bool) -> None:
        self.session = Session() if session else None
        self.memo = StagingMemo()
        self.last: Timeline | None = None

    def check(self, text: str) -> tuple[Film, Callable[[Diagnostic], Diagnostic]]:
        if self.session is None:
            film, _, _ = check_text(text, "a.film")
            assert film is not None
            return film, lambda item: item
        film, sources, _ = self.session.check_text(text, "a.film")
        assert film is not None
        return film, lambda item: moved(item, sources)

    def stages(self, text: str, exact: str) -> None:
        """Stage the film as it is now, warm and cold, and hold the two to each other."""
        film, place = self.check(text)
        report, timing = Report(), timing_of(exact)
        warm = stage_film(film, timing, report, memo=self.memo)
        cold_film, _, _ = check_text(text, "a.film")
        assert cold_film is not None
        said = Report()
        cold = stage_film(cold_film, timing, said)
        for a, b in zip(warm.shots, cold.shots, strict=True):
            assert replace(a, source=b.source) == b
        assert replace(warm, shots=cold.shots) == cold
        assert ordered(map(place, report.items)) == ordered(said.items)
        if self.last is not None:
            for shot in warm.shots:
                same = [old for old in self.last.shots if old.shot == shot.shot]
                assert all(old.key != shot.key for old in same) or any(old.shot is shot.shot for old in same)
        self.last = warm

    def rehearses(self, text: str, exact: str) -> None:
        film, place = self.check(text)
        report, said = Report(), Report()
        frames = rehearse_film(film, timing_of(exact), report, memo=self.memo)
        cold_film, _, _ = check_text(text, "a.film")
        assert cold_film is not None
        assert frames == rehearse_film(cold_film, timing_of(exact), said)
        assert ordered(map(place, report.items)) == ordered(said.items)


def ordered(items: object) -> list[str]:
    return sorted(map(repr, items))  # type: ignore[call-overload]


EDITS = st.one_of(
    st.tuples(st.just("insert"), st.integers(0, 9), st.integers(0, len(SCENES) - 1)),
    st.tuples(st.just("delete"), st.integers(0, 9), st.just(0)),
    st.tuples(st.just("swap"), st.integers(0, 9), st.integers(0, 9)),
    st.tuples(st.just("word"), st.integers(0, len(WORDS) - 1), st.integers(0, 3)),
    st.tuples(st.just("voiced"), st.integers(0, 2), st.just(0)),
)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.integers(0, len(SCENES) - 1), min_size=1, max_size=5), st.lists(EDITS, min_size=1, max_size=5), st.booleans()
)  # fmt: skip
def test_warm_staging_is_cold_staging(begin: list[int], edits: list[tuple[str, int, int]], session: bool) -> None:
    warm, scenes, head, exact = Warm(session=session), [SCENES[i] for i in begin], HEAD, ""
    warm.stages(film_of(head, scenes), exact)
    for kind, at, other in edits:
        match kind:
            case "insert":
                scenes.insert(at % (len(scenes) + 1), SCENES[other])
            case "delete" if len(scenes) > 1:
                del scenes[at % len(scenes)]
            case "swap":
                i, j = at % len(scenes), other % len(scenes)
                scenes[i], scenes[j] = scenes[j], scenes[i]
            case "word":
                head = head.replace(*WORDS[at], 1)
                i = other % len(scenes)
                scenes[i] = scenes[i].replace(*WORDS[at], 1)
            case "voiced":
                exact = ("", "Never", "he")[at]
        if at % 3 == 0:
            warm.rehearses(film_of(head, scenes), exact)
        warm.stages(film_of(head, scenes), exact)


def film_of(head: str, scenes: list[str]) -> str:
    """The film with each shot's name used once."""
    met: set[str] = set()
    out = []
    for scene in scenes:
        lines = []
        for line in scene.splitlines():
            name = line.partition(":")[0] if line.startswith("shot ") else ""
            if name and name in met:
                line = line.replace(f"{name}: ", "shot ", 1)
            met.add(name)
            lines.append(line)
        out.append("\n".join(lines) + "\n")
    text = head + "\n".join(out)
    for model in ("elias", "letter"):
        if f"shot {model}:" not in text:
            text = (
                text.replace(f"as {model}, ", "")
                .replace("split letter and elias", "wide")
                .replace("split letter", "wide")
            )
    return text if "shot letter:" in text and "shot elias:" in text else text.replace("split letter and elias", "wide")


def feature(scenes: int) -> str:
    """The first scenes of the generated feature."""
    return "\n\nINT. ".join(directed(1).split("\n\nINT. ")[: scenes + 1]) + "\n"


def test_of_a_feature_only_the_edited_scene_is_staged() -> None:
    text = feature(5)
    warm = Warm(session=True)
    warm.stages(text, "")
    whole = warm.memo.work.scenes
    assert whole >= 5
    middle = len(text) // 2
    lens = text.index("mm, ", middle)
    for edited in (
        text[: lens - 2] + "18" + text[lens:],
        text.replace("\n\nshot ", "\n\n/* a remark */\n\nshot ", 3),
        text,
    ):
        warm.stages(edited, "")
        assert warm.memo.work.played <= 3
        assert warm.memo.work.seen <= 3
    warm.stages(text, "")
    assert (warm.memo.work.played, warm.memo.work.seen) == (0, 0)


def test_an_inserted_scene_leaves_the_others_as_they_were() -> None:
    text = feature(4)
    warm = Warm(session=True)
    warm.stages(text, "")
    at = text.index("\n\nINT. ", len(text) // 2)
    warm.stages(text[:at] + "\n\nINT. ANNEXE - DAY\n\nA bare room.\n" + text[at:], "")
    assert warm.memo.work.played <= 2


def test_another_coat_stages_only_where_it_is_worn() -> None:
    head, scenes = HEAD, [SCENES[0], SCENES[2], SCENES[1].replace("MARA", "ELIAS")]
    warm = Warm(session=True)
    warm.stages(film_of(head, scenes), "")
    warm.stages(film_of(head.replace("grey coat", "red coat"), scenes), "")
    assert warm.memo.work.played == 1


def test_a_look_stages_nothing() -> None:
    warm = Warm(session=True)
    warm.stages(film_of(HEAD, list(SCENES[:3])), "")
    warm.stages(film_of(HEAD.replace("neutral", "ember"), list(SCENES[:3])), "")
    assert (warm.memo.work.played, warm.memo.work.seen) == (0, 0)


def test_only_the_last_run_is_kept() -> None:
    warm = Warm(session=True)
    for word in ("Never.", "Ever.", "Often.", "Rarely."):
        warm.stages(film_of(HEAD, [SCENES[0], SCENES[1].replace("Never.", word)]), "")
    assert len(warm.memo._entries) == 2


def test_a_scene_played_again_leaves_what_it_leaves_now() -> None:
    """What the scene after it begins with is no word of a scene, and yet its end."""
    warm = Warm(session=True)
    warm.stages(film_of(HEAD, [SCENES[5], SCENES[3], SCENES[4]]), "")
    warm.stages(film_of(HEAD, [SCENES[5], SCENES[4]]), "")


def test_a_rehearsal_between_forgets_no_look() -> None:
    warm = Warm(session=True)
    warm.stages(film_of(HEAD, [SCENES[0]]), "")
    warm.rehearses(film_of(HEAD.replace("neutral", "ember"), [SCENES[0]]), "")
    warm.stages(film_of(HEAD.replace("neutral", "ember"), [SCENES[0]]), "")
