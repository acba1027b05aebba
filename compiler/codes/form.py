"""How a diagnostic code is declared: number, kebab name, message template, and why it matters in one sentence."""

from __future__ import annotations

from compiler.diagnostics import Code, Severity


def error(number: str, name: str, template: str, why: str) -> Code:
    """A code the film cannot be made with. The fields of ``template`` are what ``report`` must be given."""
    return Code(f"E{number}", name, Severity.ERROR, template, why)


def warning(number: str, name: str, template: str, why: str) -> Code:
    """A code the film is made with, perhaps not as meant. Warnings, and only they, can be silenced."""
    return Code(f"W{number}", name, Severity.WARNING, template, why)
