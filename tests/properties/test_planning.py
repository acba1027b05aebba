"""Whatever a film says, it is checked, staged and planned without an exception, into a graph that verifies."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compiler.diagnostics import Report
from compiler.front import check_text
from compiler.graph.facts import Facts
from compiler.plan import plan_film
from tests.e2e.films import TALK
from tests.schedule.conftest import TOOLS

LINES = (
    *TALK.split("\n"),
    "DISSOLVE TO:", "WIPE TO:", "FADE OUT.", "FADE IN:", "CUT TO BLACK.", "EXT. SHORE - DAWN", "INT. STUDY - DAY",
    "ADA (V.O.)", "TOM (O.S.)", "(whispering)", "SUPER: TITLE", "shot insert of lamp, 0.1s", "shot pov of TOM, 50mm",
    "shot two-shot of ADA and TOM, dolly in slowly, 3s", "shot over TOM's shoulder, handheld", "sound thunder, far",
    "Ada walks to the table and sits down.", "Tom takes the lamp. The lamp goes out.", "Ada leaves.", "Tom looks at Ada.",
    "She closes her eyes and breathes out, then turns to him.", "card THE END", "music off", "    mood: waiting",
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    edits=st.lists(
        st.tuples(st.integers(0, 60), st.sampled_from(["drop", "add", "swap"]), st.sampled_from(LINES)), max_size=6
    ),
    board=st.booleans(),
)
def test_any_film_that_checks_can_be_planned(edits: list[tuple[int, str, str]], board: bool) -> None:
    lines = TALK.split("\n")
    for at, how, line in edits:
        at = min(at, len(lines) - 1)
        match how:
            case "drop":
                lines[at : at + 1] = []
            case "add":
                lines[at:at] = ["", line, ""]
            case _:
                lines[at] = line
    film, _, report = check_text("\n".join(lines), "talk.film")
    if film is None or report.failed:
        return
    plan = plan_film(film, Facts({}, TOOLS), TOOLS, Report(), profile="board" if board else "previz", verify=True)
    assert plan.timeline.frames > 0
    assert sum(s.shot.head + s.shot.frames for s in plan.timeline.shots) == plan.timeline.frames
    for before, after in zip(plan.timeline.shots, plan.timeline.shots[1:], strict=False):
        assert after.first_frame == before.first_frame + before.shot.head + before.shot.frames
        assert after.shot.head <= before.shot.tail or after.join.kind not in ("dissolve", "wipe")
