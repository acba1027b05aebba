"""Where the ``film`` command begins: with the answer of last time, if nothing has changed; else with everything else."""

from __future__ import annotations

import io
import sys

from runtime.cli.receipts import answer, ask


def main() -> None:
    """Entry point. Exit codes: 0 done, 1 the film or input is wrong, 2 wrong usage, 130 interrupted."""
    _spell_out()
    try:
        _main()
    except KeyboardInterrupt:
        sys.exit(130)


def _spell_out() -> None:
    """Letters that standard output cannot write, and bytes in a file's name that are none, are spelt out: no error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")


def _main() -> None:
    question = ask(sys.argv[1:])
    if question is None:
        from runtime.cli.main import run

        run()
        return
    try:
        code = answer(question)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    if code is not None:
        sys.exit(code)
    from runtime.cli.main import run
    from runtime.cli.resting import heard

    with heard(question):
        run()
