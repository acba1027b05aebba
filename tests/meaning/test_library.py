"""The library trusts its own definitions at run time, because they are checked here as a film's are."""

from compiler.diagnostics import Report
from compiler.meaning.library import DEFINING, Definitions, library
from compiler.syntax.nodes import Directive
from compiler.syntax.parser import parse


def test_the_library_has_no_fault_when_it_is_checked_as_a_film_is() -> None:
    report, definitions, met = Report(), Definitions(), set[str]()
    for source in library().sources.values():
        for element in parse(source, report).elements:
            if isinstance(element, Directive):
                definitions.define(element, report)
                met.add(element.keyword)
    assert not report.items
    assert not library().diagnostics
    assert set(DEFINING) <= met
    assert definitions == library().definitions
