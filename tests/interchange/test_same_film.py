"""One film in three forms is one film."""

from __future__ import annotations

from compiler.diagnostics import Report
from compiler.front import check_text
from compiler.interchange.fdx_read import fdx_to_fountain
from compiler.interchange.fdx_write import fountain_to_fdx
from compiler.interchange.fountain import film_to_fountain, fountain_to_film
from compiler.syntax.source import make_source
from tests.syntax.sample import SAMPLE


def test_a_film_is_the_same_film_in_every_form() -> None:
    report = Report()
    fountain = film_to_fountain(make_source("a.film", SAMPLE), report)
    film, _, first = check_text(SAMPLE, "a.film")
    assert film is not None
    assert not first.failed
    assert check_text(fountain, "a.fountain")[0] == film
    document = fountain_to_fdx(make_source("a.fountain", fountain), report)
    back = fdx_to_fountain("a.fdx", document.encode(), report)
    assert check_text(back, "a.fountain")[0] == film
    assert fountain_to_film(make_source("a.fountain", back), report) == SAMPLE
    assert not report.failed
