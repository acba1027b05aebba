"""A child that stays answers, refuses, ends when it takes too long, and is there again for the next request."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from runtime.sandbox import resident
from runtime.sandbox.box import Module, Sandbox
from runtime.sandbox.limits import ChildError, Limits
from runtime.sandbox.resident import Resident, used_by_residents


class Echo(Resident):
    """Runs a program of the test's in place of a module."""

    def __init__(self, code: str, wall: float = 20.0) -> None:
        box = Sandbox((Path(sys.base_prefix), Path(sys.prefix)), limits=Limits(wall=wall))
        head = "import sys, json, os\nfor line in sys.stdin:\n    asked = json.loads(line)\n"
        super().__init__(box, Module("echo"))
        self._program = [sys.executable, "-I", "-S", "-u", "-c", head + code]  # type: ignore[assignment]


ANSWER = "    print(json.dumps({'ok': asked, 'bytes': 3}) + '\\nabc', end='')\n"


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resident, "_ALL", [])


def test_it_answers_and_is_counted() -> None:
    echo = Echo(ANSWER)
    assert used_by_residents() == (0.0, 0)
    assert [echo.ask(request) for request in (1, "two\n", None)] == [(1, b"abc"), ("two\n", b"abc"), (None, b"abc")]
    cpu, memory = used_by_residents()
    assert cpu >= 0.0
    assert memory > 1 << 20
    echo.close()
    assert used_by_residents() == (0.0, 0)


def test_a_refusal_is_for_whoever_asked_and_it_goes_on() -> None:
    echo = Echo("    if asked == 'no': print(json.dumps({'refused': 'not that'})); continue\n" + ANSWER)
    with pytest.raises(ValueError, match="not that"):
        echo.ask("no")
    assert echo.ask("yes") == ("yes", b"abc")
    echo.close()


@pytest.mark.parametrize(
    ("deed", "trouble"),
    [
        ("while True: pass", "timeout"),
        ("os._exit(0)", "crashed"),
        ("print('{'); continue", "crashed"),
        ("os.abort()", "bug"),
    ],
)
def test_one_that_fails_is_replaced(deed: str, trouble: str) -> None:
    echo = Echo(f"    if asked == 'fail':\n        {deed}\n" + ANSWER, wall=1.0)
    assert echo.ask(1) == (1, b"abc")
    with pytest.raises(ChildError) as caught:
        echo.ask("fail")
    assert caught.value.trouble == trouble
    assert echo.ask(2) == (2, b"abc")
    echo.close()
