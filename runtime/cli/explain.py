"""``film explain``: the page of a diagnostic code, or all codes, a line each."""

from __future__ import annotations

import json
import sysconfig
from pathlib import Path
from typing import Literal, TypedDict

from compiler.codes import BY_NAME, CODES, find_code
from compiler.diagnostics import Code
from compiler.names import nearest
from runtime.cli.excerpt import shown

Format = Literal["text", "json"]
_WIDEST = 100


class CodeJson(TypedDict):
    """One code as programs read it. ``page`` is its Markdown page, "" in a list."""

    code: str
    name: str
    severity: str
    message: str
    why: str
    page: str


def explain(word: str = "", format: Format = "text") -> int:  # noqa: A002 - the option's name
    """Print the page of the code that ``word`` names (``E201``, ``e201``, ``unknown-name``); 1 when none does."""
    if not word.strip():
        _list(format)
        return 0
    code = find_code(word)
    if code is None:
        return _unknown(word, format)
    page = page_of(code)
    if format == "json":
        print(json.dumps(_json(code, page), ensure_ascii=False))
        return 0
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console(highlight=False)
    if not console.is_terminal:
        print(page.rstrip())
        return 0
    console.print(Markdown(page, code_theme="ansi_dark", hyperlinks=False), width=min(console.width, _WIDEST))
    return 0


def page_of(code: Code) -> str:
    """The page in docs/diagnostics, of the checkout or as installed; without one, what the code itself says."""
    for folder in _folders():
        try:
            return (folder / f"{code.id}.md").read_text(encoding="utf-8")
        except OSError:
            continue
    return f"# {code.id}: {code.name.replace('-', ' ')}\n\n{code.template}\n\n## Why it matters\n\n{code.why}\n"


def _folders() -> tuple[Path, ...]:
    checkout = Path(__file__).resolve().parents[2] / "docs" / "diagnostics"
    return checkout, Path(sysconfig.get_path("data")) / "share" / "filmlang" / "diagnostics"


def _list(format: Format) -> None:  # noqa: A002
    if format == "json":
        print(json.dumps([_json(code, "") for code in CODES.values()], ensure_ascii=False))
        return
    wide = max(len(code.name) for code in CODES.values())
    for code in CODES.values():
        print(f"{code.id}  {code.name:{wide}}  {code.template}")


def _unknown(word: str, format: Format) -> int:  # noqa: A002
    near = nearest(word.strip().lower(), [*BY_NAME, *(code.lower() for code in CODES)])
    found = [code for name in near if (code := find_code(name))]
    if format == "json":
        print(json.dumps({"error": f"there is no code {word}", "nearest": [c.id for c in found]}, ensure_ascii=False))
        return 1
    from rich.console import Console

    console = Console(stderr=True, highlight=False)
    console.print(f"error: there is no code `{shown(word)}`", markup=False, soft_wrap=True)
    known = " or ".join(f"{code.id} ({code.name})" for code in found)
    console.print(f" = help: {f'did you mean {known}?' if known else '`film explain` lists every code'}", markup=False)
    return 1


def _json(code: Code, page: str) -> CodeJson:
    return {
        "code": code.id, "name": code.name, "severity": code.severity.value, "message": code.template,
        "why": code.why, "page": page,
    }  # fmt: skip
