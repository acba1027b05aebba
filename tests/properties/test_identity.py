"""Identity under edits: whose key is whose before and after any edit of a film, and what a prop elsewhere leaves alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compiler.diagnostics import Report
from compiler.front import check_text
from compiler.meaning.film import Film, Shot, Speech
from compiler.staging.model import TimedShot
from compiler.staging.stage import stage_film
from compiler.staging.voicing import estimate

USUAL = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))

# --- seed keys --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Take:
    """A shot as it will be written."""

    name: str
    size: str
    subjects: str
    more: str
    where: str


@dataclass(frozen=True)
class Part:
    heading: str
    number: str
    takes: tuple[Take, ...]


TAKES = st.builds(
    Take,
    st.just(""),
    st.sampled_from(["wide", "medium", "close-up"]),
    st.sampled_from(["", " of MARA", " of ELIAS", " of MARA and ELIAS"]),
    st.sampled_from(["", ", 50mm", ", dolly in slowly", ", 3s, low angle", "\n    look: ember\n    takes: 4"]),
    st.sampled_from(["line", "line", "speech"]),
)
PARTS = st.builds(
    Part,
    st.sampled_from(["INT. HALL - NIGHT", "INT. HALL - DAY", "EXT. SHORE - DAWN"]),
    st.just(""),
    st.lists(TAKES, max_size=5).map(tuple),
)


@st.composite
def films(draw: st.DrawFn) -> tuple[Part, ...]:
    """Scenes, some of them numbered, of shots, some of them named: numbers and names are used once."""
    parts, count = [], 0
    for index, part in enumerate(draw(st.lists(PARTS, min_size=1, max_size=4)), 1):
        takes = []
        for take in part.takes:
            count += 1
            takes.append(replace(take, name=f"kept-{count}" if draw(st.integers(0, 3)) == 0 else ""))
        number = f"{index}A" if draw(st.integers(0, 2)) == 0 else ""
        parts.append(replace(part, takes=tuple(takes), number=number))
    return tuple(parts)


@st.composite
def edits(draw: st.DrawFn, film: tuple[Part, ...]) -> tuple[Part, ...]:
    """The film after an insertion, a deletion, a move or an edit, of a scene or of a shot."""
    parts = list(film)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(parts) - 1))
        match draw(st.sampled_from(["insert", "delete", "move", "takes", "takes", "takes"])):
            case "insert":
                parts.insert(at, draw(PARTS))
            case "delete" if len(parts) > 1:
                del parts[at]
            case "move":
                parts.insert(draw(st.integers(0, len(parts) - 1)), parts.pop(at))
            case _:
                parts[at] = replace(parts[at], takes=draw(_retaken(parts[at].takes)))
    return tuple(parts)


@st.composite
def _retaken(draw: st.DrawFn, before: tuple[Take, ...]) -> tuple[Take, ...]:
    """The shots of a scene after one is put in, taken out, moved or edited."""
    takes = list(before)
    at = draw(st.integers(0, max(len(takes) - 1, 0)))
    match draw(st.sampled_from(["insert", "delete", "move", "edit"])):
        case "delete" if takes:
            del takes[at]
        case "move" if takes:
            takes.insert(draw(st.integers(0, len(takes) - 1)), takes.pop(at))
        case "edit" if takes:
            takes[at] = replace(takes[at], more=draw(TAKES).more, where=draw(TAKES).where)
        case _:
            takes.insert(at, draw(TAKES))
    return tuple(takes)


def _text(film: tuple[Part, ...]) -> str:
    lines = ["character MARA\n    a woman", "character ELIAS\n    a man"]
    for part in film:
        lines.append(part.heading + (f" #{part.number}#" if part.number else ""))
        for take in part.takes:
            head = f"{take.name}: {take.size}" if take.name else take.size
            said = f"{head}{take.subjects}{take.more}"
            lines.append(f"shot {said}" if take.where == "line" else f"MARA\nI was here [[shot: {said}]] all along.")
        lines.append("Mara waits.")
    return "\n\n".join(lines) + "\n"


def _identities(film: tuple[Part, ...]) -> Iterator[tuple[object, ...]]:
    """What a key is made of: a name, else (scene, size, subjects, which such in its scene)."""
    headings: dict[str, int] = {}
    for part in film:
        headings[part.heading] = headings.get(part.heading, 0) + 1
        scene = ("number", part.number) if part.number else (part.heading, headings[part.heading])
        such: dict[tuple[str, str], int] = {}
        for take in part.takes:
            kind = (take.size, take.subjects)
            if take.name:
                yield ("name", take.name)
                continue
            such[kind] = such.get(kind, 0) + 1
            yield (*scene, *kind, such[kind])


def _keys(film: Film) -> list[str]:
    found = []
    for scene in film.scenes:
        for item in scene.items:
            if isinstance(item, Shot):
                found.append(item.key)
            elif isinstance(item, Speech):
                found += [shot.key for _, shot in item.cuts]
    return found


def _film(text: str) -> Film:
    film, _, report = check_text(text)
    assert film is not None, report.items
    return film


@USUAL
@given(st.data())
def test_two_shots_share_a_key_when_they_are_the_same_and_only_then(data: st.DataObject) -> None:
    """Over any edits: an unnamed shot is known by scene, size, subjects and which such it is, and by nothing else."""
    before = data.draw(films())
    after = data.draw(edits(before))
    key_of: dict[tuple[object, ...], str] = {}
    owner: dict[str, tuple[object, ...]] = {}
    for film in (before, after):
        for identity, key in zip(_identities(film), _keys(_film(_text(film))), strict=True):
            assert key_of.setdefault(identity, key) == key
            assert owner.setdefault(key, identity) == identity


# --- props elsewhere --------------------------------------------------------------------------------

HAPPENS = (
    "Mara walks to the table.", "Elias picks up the cup.", "Mara sits down. She looks at Elias.", "MARA\nIs it late?",
    "ELIAS\nIt is. It always was.", "Elias opens the door.", "shot close-up of MARA, 85mm", "shot wide, 24mm",
    "shot insert of cup", "Mara gives Elias the letter.", "shot two-shot of MARA and ELIAS, dolly in slowly",
)  # fmt: skip
PEOPLE = "character MARA\n    a woman of sixty\n\ncharacter ELIAS\n    a man of thirty\n\nprop CUP\n\nprop LETTER\n\n"
PLACES = ("INT. KITCHEN - DAY", "INT. CELLAR - NIGHT", "EXT. BEACH - DAWN")


@settings(USUAL, max_examples=25)
@given(
    st.lists(
        st.tuples(st.sampled_from(PLACES), st.lists(st.sampled_from(HAPPENS), max_size=6)), min_size=1, max_size=4
    ),
    st.integers(0, 3),
    st.sampled_from(["at 1 -2", "on floor", ""]),
)
def test_a_prop_changes_only_shots_that_show_it(scenes: list[tuple[str, list[str]]], at: int, spot: str) -> None:
    def shots(prop: str, placed: str) -> list[TimedShot]:
        text = PEOPLE + prop
        for index, (heading, happens) in enumerate(scenes):
            block = f"scene\n    MARA: standing at centre{placed if index == at else ''}"
            text += "\n\n".join([heading, block, *happens, "Mara and Elias wait."]) + "\n\n"
        return list(stage_film(_film(text), estimate, Report()).shots)

    without = shots("", "")
    for shot, other in zip(
        without, shots("prop SUITCASE: a brown suitcase\n\n", f"\n    SUITCASE: {spot}" if spot else ""), strict=True
    ):
        shown = any(thing.name == "SUITCASE" for thing in other.shot.things)
        assert not shown or (spot and shot.scene >= at and scenes[shot.scene][0] == scenes[at][0])
        if not shown:
            assert replace(shot, source=(0, 0)) == replace(other, source=(0, 0))
