"""What names mean at a point of the film: who and what is declared, what the library defines, what stands in the place.

``Names`` is the whole film's and frozen, so that a scene's meaning can be remembered by it; ``Scope`` is one scene's
working view of it, and notes what the scene used and what it could not decide alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from compiler.codes import E
from compiler.diagnostics import Edit, Fix, Report, Span
from compiler.meaning import film as f
from compiler.names import hint, misspelling, nearest
from compiler.syntax.nodes import Directive, Text

ALWAYS = frozenset(
    [
        *("window", "door", "wall", "floor", "ceiling", "sky", "sea", "horizon", "moon", "sun", "ground", "road", "stairs"),
        *("left", "right", "camera", "distance", "corner", "room", "place", "shadow", "stars", "clouds", "rain", "snow"),
    ]
)  # fmt: skip
"""What every place has, or may have, without saying so."""
BODY = frozenset(
    [
        *("face", "eye", "eyes", "mouth", "lips", "hand", "hands", "finger", "fingers", "fist", "feet", "foot", "back"),
        *("hair", "shoulder", "shoulders", "knees", "legs", "arm", "arms", "head", "neck", "ear", "profile", "silhouette"),
        *("shoes", "boots", "wrist", "palm", "chest", "nose", "reflection", "shadow"),
    ]
)  # fmt: skip
"""What a shot can be of besides the whole of somebody."""
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_PLAIN_NAME = re.compile(r"[^\W\d_]\w*(?: \w+)*")
_PREPOSITIONS = frozenset("and with of on at to from in over by for the a an left right".split())
_ARTICLE = re.compile(r"(?:the|a|an|his|her|their|its|this|that|my|some)\s+", re.IGNORECASE)
_MOST_HINTED = 200


@dataclass(frozen=True, slots=True)
class FileUse:
    """A file a film names: the path as written, what it should be (picture, sound, footage, LUT …), where."""

    path: str
    kind: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Names:
    """Every name of a film that a scene may use. Equal names give equal scenes."""

    fps: Fraction = Fraction(24)
    entities: tuple[tuple[str, str], ...] = ()
    """(name, kind) of people, groups and props, declared or cued; kind is ``character``, ``group`` or ``prop``."""
    looks: tuple[str, ...] = ()
    setups: tuple[f.Setup, ...] = ()
    coverages: tuple[str, ...] = ()
    plates: tuple[str, ...] = ()
    pieces: frozenset[str] = frozenset()
    """Nouns of every piece of the library and the film."""
    _tables: _Tables = field(init=False, compare=False, repr=False)
    _hash: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        tables = _Tables(
            {name.casefold(): name for name, _ in self.entities},
            dict(self.entities),
            frozenset(self.looks),
            {setup.name: setup for setup in self.setups},
            frozenset(self.coverages),
            frozenset(self.plates),
            _unplain(name for name, _ in self.entities),
        )
        parts = (self.fps, self.entities, self.looks, self.setups, self.coverages, self.plates, self.pieces)
        object.__setattr__(self, "_tables", tables)
        object.__setattr__(self, "_hash", hash(parts))

    def __hash__(self) -> int:
        return self._hash

    def scope(self, place_words: frozenset[str] = frozenset(), *, furnished: bool = False) -> Scope:
        """A scene's view. ``furnished``: the place's set is written, so nothing else is taken to stand there."""
        t = self._tables
        return Scope(
            self.fps, t.people, t.looks, place_words, t.kinds, t.setups, t.coverages, t.plates,
            frozenset() if furnished else self.pieces, t.unplain,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Tables:
    people: Mapping[str, str]
    kinds: Mapping[str, str]
    looks: frozenset[str]
    setups: Mapping[str, f.Setup]
    coverages: frozenset[str]
    plates: frozenset[str]
    unplain: re.Pattern[str] | None


@dataclass(slots=True)
class Scope:
    """Names in force. ``resolve`` gives the canonical name, or "" when nothing is called that."""

    fps: Fraction = Fraction(24)
    people: Mapping[str, str] = field(default_factory=dict)
    """Case-folded name → name, of people, groups and props."""
    looks: frozenset[str] = frozenset()
    place_words: frozenset[str] = frozenset()
    """Lower-case words of the current location's set, and of what the scene's prose brings in."""
    kinds: Mapping[str, str] = field(default_factory=dict)
    setups: Mapping[str, f.Setup] = field(default_factory=dict)
    coverages: frozenset[str] = frozenset()
    plates: frozenset[str] = frozenset()
    pieces: frozenset[str] = frozenset()
    """Nouns of pieces that an undescribed place may be furnished with."""
    unplain: re.Pattern[str] | None = None
    """Finds names that hold more than words of letters: ``DR. OKAFOR``, ``WOMAN WITH DOG``."""
    used: set[tuple[str, str]] = field(default_factory=set)
    """(kind, name) of every declaration the scene named."""
    wanted: list[tuple[str, Span]] = field(default_factory=list)
    """Things named that neither the place nor this scene's prose knows; an earlier scene may have brought them."""
    files: list[FileUse] = field(default_factory=list)

    def resolve(self, text: str) -> str:
        """A person, group or prop by name, or what stands here by its words (the last is the noun: ``the empty chair``)."""
        name = self.named(text)
        if name:
            return name
        words = bare(text)
        if words.isupper():
            return ""  # capitals are a name, and nobody bears it
        return words.lower() if self.stands_here(words) else ""

    def named(self, text: str) -> str:
        """A declared or cued name: in capitals as written, a prop or group also in lower case (``the letter``)."""
        text = " ".join(text.split())
        known = self.people.get(text.casefold()) or self.people.get(bare(text).casefold())
        if known is None:
            return ""
        kind = self.kinds.get(known, "character")
        plain = bare(text)
        if plain == known or plain.isupper() or plain.istitle() or kind != "character":
            self.used.add((kind, known))
            return known
        return ""

    def stands_here(self, text: str) -> bool:
        """Whether a thing of these words is in the place, or may be in any."""
        return any(form in known for form in _forms(text) for known in (self.place_words, ALWAYS, self.pieces))

    def subject(self, text: str, span: Span, report: Report) -> str:
        """A person or thing that must exist, by name or words; reports a name nobody has, and notes a thing to look up."""
        known = self.resolve(text)
        if known:
            return known
        plain = bare(text)
        near = self.people.get(plain.casefold())
        if near:
            fix = Fix(f"write {near}", (Edit(span, near),), safe=True)
            report(E.UNKNOWN_NAME, span, name=plain, help=f"names are in capitals: `{near}`", fix=fix)
            return ""
        if plain and plain == plain.lower() and _WORD.search(plain):
            self.wanted.append((plain, span))
            return plain
        unknown_name(plain, span, self.visible(), report)
        return ""

    def need_look(self, name: Text, report: Report) -> bool:
        """Whether a look is declared; reports one that is not."""
        if name.text in self.looks:
            self.used.add(("look", name.text))
            return True
        help_text, fix = suggest(report, name.text, name.span, self.looks)
        known = "the looks are " + ", ".join(f"`{look}`" for look in sorted(self.looks))
        report(E.UNKNOWN_LOOK, name.span, name=name.text, help=help_text or known, fix=fix)
        return False

    def need(self, kind: str, name: Text, known: Iterable[str], report: Report) -> bool:
        """Whether a coverage, set-up or plate of that name exists; reports one that does not."""
        if name.text in known:
            self.used.add((kind, name.text))
            return True
        help_text, fix = suggest(report, name.text, name.span, known)
        listed = ", ".join(f"`{k}`" for k in sorted(known)[:20])
        help_text = help_text or (f"there are {listed}" if listed else f"declare it with `{kind} {name.text}`")
        report(E.UNKNOWN_DEFINITION, name.span, kind=kind, name=name.text, help=help_text, fix=fix)
        return False

    def visible(self) -> Iterable[str]:
        """Names worth suggesting."""
        return [*self.people.values(), *sorted(self.place_words)]


def words_of(text: str) -> frozenset[str]:
    """Lower-case words of free text."""
    return frozenset(_WORD.findall(text.lower()))


def bare(text: str) -> str:
    """Text without the article before it, spaces collapsed."""
    text = " ".join(text.split())
    match = _ARTICLE.match(text)
    return text[match.end() :] if match else text


def known_among(text: str, words: frozenset[str]) -> bool:
    """Whether the noun of ``text`` (its last word, in either number) is among ``words``."""
    return any(form in words for form in _forms(text))


def unknown_name(name: str, span: Span, visible: Iterable[str], report: Report) -> None:
    """Report a name nobody has, with the nearest ones and an edit where one is plainly meant."""
    visible = list(visible)
    help_text, fix = suggest(report, name, span, visible)
    last = name.split()[-1] if " " in name else ""
    if last and not help_text:
        help_text = hint(report, last, visible)
    usual = "declare it with `character`, `group` or `prop`, or place it in the location's `set:`"
    report(E.UNKNOWN_NAME, span, name=name, help=help_text or usual, fix=fix)


def suggest(report: Report, word: str, span: Span, names: Iterable[str]) -> tuple[str, Fix | None]:
    """Did-you-mean, and an edit to the nearest name when the text of ``span`` is just ``word``; safe when it is sure."""
    names = list(names)
    help_text = hint(report, word, names)
    if not help_text or len(report.items) >= _MOST_HINTED:
        return help_text, None
    sure = misspelling(word, names)
    near = [sure] if sure else nearest(word, names, limit=1)
    if not near or span.end - span.start != len(word):
        return help_text, None
    return help_text, Fix(f"write `{near[0]}`", (Edit(span, near[0]),), safe=bool(sure))


def plain_block(directive: Directive, report: Report, known: tuple[str, ...] = ()) -> None:
    """Report whatever stands in the block of a directive that takes only the properties ``known``, and notes."""
    for prop in directive.properties:
        if prop.key in known or prop.key in ("note", "allow"):
            continue
        help_text, fix = suggest(report, prop.key, prop.key_span, known)
        listed = (
            "it has " + ", ".join(f"`{k}`" for k in known)
            if known
            else f"everything stands on the line of `{directive.keyword}`"
        )
        report(
            E.UNKNOWN_PROPERTY,
            prop.key_span,
            keyword=directive.keyword,
            key=prop.key,
            help=help_text or listed,
            fix=fix,
        )
    for line in directive.description:
        help_text = f"everything stands on the line of `{directive.keyword}`; an empty line ends its block"
        report(E.UNKNOWN_PHRASE, line.span, text=line.text, keyword=directive.keyword, help=help_text)


def _unplain(names: Iterable[str]) -> re.Pattern[str] | None:
    """Finds the names among these, in capitals, that a phrase would otherwise take apart; the longest first."""
    hard = [name for name in names if not _PLAIN_NAME.fullmatch(name) or _PREPOSITIONS & set(name.lower().split())]
    if not hard:
        return None
    ways = "|".join(re.escape(name).replace("\\ ", r"\s+") for name in sorted(hard, key=lambda n: (-len(n), n)))
    return re.compile(rf"(?<![\w.'’-])(?:{ways})(?:['’]s)?(?![\w])")


def _forms(text: str) -> tuple[str, ...]:
    """The noun of a phrase as it may be written elsewhere: in singular and plural."""
    words = _WORD.findall(text.lower())
    if not words:
        return ()
    noun = words[-1]
    forms = [noun, f"{noun}s", f"{noun}es"]
    if noun.endswith("s"):
        forms += [noun[:-1], noun[:-2]] if noun.endswith("es") else [noun[:-1]]
    if noun.endswith("ies"):
        forms.append(noun[:-3] + "y")
    elif noun.endswith("y"):
        forms.append(noun[:-1] + "ies")
    return tuple(forms)
