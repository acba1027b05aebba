"""Bad input: whatever a file holds, it is checked in a child with a CPU limit, without a traceback, and in linear work.

Linear is shown by counting: the lines of Python run for an input and for four times of it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.diagnostics import Report, Severity
from compiler.front import check_text, load_film
from compiler.interchange.fdx_read import fdx_to_fountain
from compiler.interchange.fdx_write import fountain_to_fdx
from compiler.interchange.fountain import film_to_fountain, fountain_to_film
from compiler.syntax.source import make_source

ROOT = Path(__file__).resolve().parents[2]
_CHILD = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
from pathlib import Path
from compiler.front import load_film
for name in sys.argv[1:]:
    used = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 10, 300))  # ten seconds a file
    film, sources, report = load_film(Path(name))
    assert film is not None or report.failed, name
    for item in report.items:
        assert item.message
        if item.span is not None:
            sources.place(item.span)
    print(name.rsplit("/", 1)[-1], film is not None, len(report.items), flush=True)
"""
HEAD = "INT. ROOM - DAY\n\n"
NAMES = "".join(f"shot close-up of PERSON{n}\n\n" for n in range(5_000))
CORPUS: dict[str, bytes] = {
    "lines.film": (HEAD + "Mara walks to the door and sits.\n\n" * 50_000).encode(),
    "notes.film": (HEAD + "[[" * 10_000).encode(),
    "notes_apart.film": (HEAD + "[[ a\n\n" * 10_000).encode(),
    "note_a_line.film": (HEAD + "[[ a\n" * 60_000).encode(),
    "opens.film": (HEAD + "[[\n" * 300_000).encode(),
    "boneyards.fountain": (HEAD + "/* /* " * 3_000).encode(),
    "deep.film": (HEAD + "shot " + "(" * 9_000 + ")" * 9_000).encode(),
    "braces.film": (HEAD + "shot wide\n    prompt: " + "{{" * 4_000).encode(),
    "exponent.film": (HEAD + "shot wide, 1e999999s\n\nshot wide, 1e999999mm\n\nsound x, at 1e999999s").encode(),
    "digits.film": (
        HEAD + f"shot wide, {'9' * 5_000}s\n\nshot wide, {'9' * 5_000}mm\n\nsound x, {'9' * 5_000} dB"
    ).encode(),
    "seed.film": f"Seed: {'9' * 5_000}\nFormat: {'9' * 4_000}x{'9' * 4_000}, {'9' * 4_000} fps\n\n{HEAD}Rain.".encode(),
    "names.film": (HEAD + NAMES).encode(),
    "cues.fountain": (HEAD + "".join(f"PERSON{n}\nHello.\n\n" for n in range(5_000))).encode(),
    "declared.film": ("".join(f"character PERSON{n}\n" for n in range(5_001)) + "\n" + HEAD + "Rain.").encode(),
    "nul.film": (HEAD + "a\0b").encode(),
    "surrogate.film": HEAD.encode() + b"\xed\xa0\x80 lone",
    "latin.film": HEAD.encode() + "Caf\xe9".encode("latin-1"),
    "utf16.film": (HEAD + "Rain.").encode("utf-16"),
    "half16.film": (HEAD + "Rain.").encode("utf-16")[:-1],
    "bidi.film": (HEAD + "MARA\u202e\nHello.\n\nshot wide \u2066of \u202eARAM\n").encode(),
    "breaks.film": (HEAD + "a\x0bb\x0cc\x1cd\x1de\x1ef\x85g\u2028h\u2029i").encode(),
    "emphasis.film": (HEAD + "*a _b **c " * 1_900).encode(),
    "commas.film": (HEAD + "shot " + "," * 19_000).encode(),
    "properties.film": ("character A\n" + "    wears: x\n" * 20_000 + "\n" + HEAD + "A\nHi.").encode(),
    "headings.film": b"INT. X - DAY\n\n" * 4_000,
    "sections.fountain": b"#" * 19_000 + b"\n" + b"# a\n" * 20_000,
    "quotes.film": (HEAD + 'sound "' * 2_000).encode(),
    "empty.film": b"",
    "blank.film": b"\n" * 300_000,
    "spaces.film": (HEAD + "MARA\nHi.\n" + "  \n" * 50_000 + "Still.").encode(),
    "crs.film": b"\r" * 100_000 + HEAD.encode(),
}


def test_no_file_is_too_much(tmp_path: Path) -> None:
    for name, data in CORPUS.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "long.film").write_bytes((HEAD + "x" * 1_000_000).encode())
    names = [str(tmp_path / name) for name in (*CORPUS, "long.film")]
    done = _child(names)
    assert done.returncode == 0, done.stdout[-300:] + done.stderr[-3000:]
    told = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    assert len(told) == len(names)
    for name in ("lines.film", "notes_apart.film", "utf16.film", "bidi.film"):
        assert int(told[name].split()[1]) < 100
    for name in ("nul.film", "surrogate.film", "latin.film", "half16.film", "long.film", "empty.film", "digits.film"):
        assert told[name].startswith("False")


def test_what_a_project_names_stays_inside_it(tmp_path: Path) -> None:
    outside = tmp_path / "outside.film"
    outside.write_text("character SECRET\n", encoding="utf-8")
    folder = tmp_path / "film"
    folder.mkdir()
    (folder / "link.film").symlink_to(outside)
    (folder / "loop.film").symlink_to("loop.film")
    (folder / "a.film").write_text('use "b.film"\n', encoding="utf-8")
    (folder / "b.film").write_text('use "a.film"\n', encoding="utf-8")
    (folder / "self.film").write_text('use "self.film"\n\nINT. X - DAY\n\nRain.\n', encoding="utf-8")
    os.mkfifo(folder / "pipe.film")
    names = (
        "link.film",
        "loop.film",
        "../outside.film",
        str(outside),
        "pipe.film",
        "/dev/zero",
        "/dev/stdin",
        "a.film",
    )
    for name in (
        *names,
        "b\0.film",
        "~/x.film",
        "C:\\x.film",
        "http://x/y.film",
        "a/../../outside.film",
        "\u202emlif.film",
    ):
        (folder / "main.film").write_text(f'use "{name}"\n\nINT. ROOM - DAY\n\nRain.\n', encoding="utf-8")
        film, _, report = load_film(folder / "main.film")
        assert report.failed, name
        assert film is None or all(c.name != "SECRET" for c in film.characters)
    done = _child(
        [str(folder / name) for name in ("self.film", "a.film", "pipe.film", "loop.film")] + ["/dev/zero", str(folder)]
    )
    assert done.returncode == 0, done.stderr[-3000:]


def test_no_settings_file_is_too_much(tmp_path: Path) -> None:
    texts = {
        "dotted": "a." * 20_000 + "b = 1", "few": "a." * 4_000 + "b = 1", "nested": "main = " + "[" * 5_000, "nul": "\0",
        "outside": 'main = "../x.film"', "digits": "main = 9" + "9" * 5_000, "nan": "main = nan", "large": "x" * 9_000,
    }  # fmt: skip
    for name, text in texts.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "film.toml").write_text(text, encoding="utf-8")
        (tmp_path / name / "a.film").write_text("INT. ROOM - DAY\n\nRain.\n", encoding="utf-8")
    done = _child([str(tmp_path / name) for name in texts])
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.count(" False ") == len(texts)


@pytest.mark.parametrize("keyword", ["character", "location", "look"])
def test_no_chain_is_too_long(keyword: str) -> None:
    names = [f"part-{n}" if keyword == "look" else f"PART {n}" for n in range(1_500)]
    links = [f"{keyword} {a}, extends {b}\n" for a, b in zip(names, [*names[1:], names[0]], strict=True)]
    for chain in ([*links[:-1], f"{keyword} {names[-1]}\n"], [f"{keyword} {names[0]}\n", *reversed(links[:-1])], links):
        _, _, report = check_text("\n".join(chain) + "\n" + HEAD + "Rain.")
        errors = [item.code for item in report.items if item.severity is Severity.ERROR]
        assert len(errors) <= 3
        assert keyword == "look" or "E416" in errors


@pytest.mark.parametrize(
    "unit",
    ["[[", "/*", "[[ a\n\n", "A\n", "a,", "*a", "*a _b **c ", "(", "MARA\nhi [[shot: x]]\n\n", "shot close-up of NOBODY\n\n",
     "INT. X - DAY\n\n", "character A\n\n", "    wears: x\n", "CUT TO:\n\n", "  \n", "\r", "~la\n", "> A <\n\n", "shot , ,\n\n",
     "Mara walks to the door, and sits.\n\n", "A (V.O.) ^\nb\n\n", "{{ x }}", "\u202e", "ハンナ\n今日は。\n\n", "X: y\n", '"', "```\n"],
)  # fmt: skip
def test_work_grows_with_length_and_no_faster(unit: str) -> None:
    size = max(1, 1_600 // len(unit))
    check_text(HEAD + unit * size)  # what is read once is not counted
    small, large = (_lines_run(lambda n=n: check_text(HEAD + unit * n)) for n in (size, 4 * size))
    assert large <= 5.0 * small + 2_000


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_no_bytes_are_a_traceback_to_interchange(data: bytes) -> None:
    for wrapped in (data, b"<FinalDraft><Content>" + data + b"</Content></FinalDraft>"):
        report = Report()
        text = fdx_to_fountain("x.fdx", wrapped, report)
        assert text == "" or not report.failed


@given(st.text(max_size=200))
@settings(max_examples=150, deadline=None)
def test_no_text_is_a_traceback_to_interchange(text: str) -> None:
    film_to_fountain(make_source("x.film", text), Report())
    fountain_to_film(make_source("x.fountain", text), Report())
    document = fountain_to_fdx(make_source("x.fountain", text), Report())
    report = Report()
    fdx_to_fountain("x.fdx", document.encode(), report)
    assert not document or not report.failed


@pytest.mark.parametrize(
    "document",
    ['<!DOCTYPE a [<!ENTITY x "y">]><FinalDraft>&x;</FinalDraft>', '<!DOCTYPE a SYSTEM "file:///etc/passwd"><FinalDraft/>',
     "<FinalDraft>" + "<Content>" * 200 + "</Content>" * 200 + "</FinalDraft>", "<FinalDraft>&nbsp;</FinalDraft>", "<html/>", "",
     '<?xml version="1.0" encoding="utf-7"?><FinalDraft/>', "<FinalDraft" + "".join(f' a{n}="1"' for n in range(500)) + "/>"],
    ids=["entity", "external", "deep", "undefined", "other", "empty", "encoding", "attributes"],
)  # fmt: skip
def test_no_document_reaches_out_or_grows(document: str) -> None:
    report = Report()
    assert fdx_to_fountain("x.fdx", document.encode(), report) == ""
    assert [d.code for d in report.items] == ["E450"]


def _child(names: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _CHILD, *names], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )


def _lines_run(work: Callable[[], object]) -> int:
    """How many lines of Python a call runs."""
    count = 0

    def trace(frame: object, event: str, argument: object) -> object:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)  # type: ignore[arg-type]
    try:
        work()
    finally:
        sys.settrace(before)
    return count
