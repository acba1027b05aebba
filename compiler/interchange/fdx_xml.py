"""XML of a Final Draft document to a plain tree, by a parser that takes nothing but elements, attributes and text.

Document types, entities and anything that would reach another file are refused; size, depth and counts are capped.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

MAX_BYTES = 32 << 20
MAX_DEPTH = 40
MAX_ELEMENTS = 1_000_000
MAX_ATTRIBUTES = 80


class RefusedError(Exception):
    """The document is not read; the reason is the end of a sentence."""


@dataclass(slots=True)
class Node:
    """An element: its children are elements and pieces of text, in order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    def elements(self, *tags: str) -> list[Node]:
        """Child elements of these tags."""
        return [child for child in self.children if isinstance(child, Node) and child.tag in tags]

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")


def read_xml(data: bytes) -> Node:
    """The root element. Raises ``RefusedError`` for what is not well formed, too large, or wants more than text."""
    if len(data) > MAX_BYTES:
        raise RefusedError(f"it is larger than {MAX_BYTES >> 20} MB")
    root = Node("")
    open_nodes = [root]
    count = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if len(open_nodes) > MAX_DEPTH:
            raise RefusedError(f"elements are nested more than {MAX_DEPTH} deep")
        if count > MAX_ELEMENTS or len(attributes) > MAX_ATTRIBUTES:
            raise RefusedError("it has more elements or attributes than any script")
        node = Node(tag, attributes)
        open_nodes[-1].children.append(node)
        open_nodes.append(node)

    def end(_: str) -> None:
        open_nodes.pop()

    def text(data: str) -> None:
        open_nodes[-1].children.append(data)

    def refuse(*_: object) -> int:
        raise RefusedError("it declares a document type or entities, which no script needs")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise RefusedError(f"line {error.lineno}: {expat.ErrorString(error.code)}") from None
    except (ValueError, LookupError) as error:  # an encoding that Python does not know, or will not decode
        raise RefusedError(f"its text cannot be decoded: {error}") from None
    return next(child for child in root.children if isinstance(child, Node))
