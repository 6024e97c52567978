"""In this file what is asked for is a frozen tree, whoever read it and whatever answers it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain, zip_longest

MOST_BETWEEN = 10
"""Characters that * stands for between two words."""


@dataclass(frozen=True)
class Text:
    """Words to stand together; punctuation within does not count."""

    text: str
    """Folded."""
    in_title: bool = False
    is_prefix: bool = False
    """Whether the last word, of letters or digits, may go on."""
    is_quoted: bool = field(default=False, compare=False)
    """Whether these very words are wanted, and no synonyms."""


@dataclass(frozen=True)
class Gapped:
    """Texts that follow each other at some distance: 防*水库, 第?批."""

    pieces: tuple[str, ...]
    """Folded; one more than gaps."""
    gaps: tuple[tuple[int, int], ...]
    """Fewest and most characters between one piece and the next."""

    @property
    def text(self) -> str:
        """The whole as a pattern for marking: ? is one character, * up to `MOST_BETWEEN`."""
        signs = ("?" * low if low == high else "*" for low, high in self.gaps)
        return "".join(chain.from_iterable(zip_longest(self.pieces, signs, fillvalue="")))


@dataclass(frozen=True)
class Number:
    """An issue or document number: borne by the record in all its terms, or written in its text."""

    text: str
    terms: tuple[str, ...]


@dataclass(frozen=True)
class Name:
    """A facet whose value contains, or for kinds and ids is, the folded value."""

    field: str
    value: str


@dataclass(frozen=True)
class Range:
    """A date (20260309), number, total or year between two bounds, both included."""

    field: str
    low: int
    high: int


@dataclass(frozen=True)
class And:
    """All of them."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Or:
    """Any of them."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Not:
    """All but it."""

    node: Node


@dataclass(frozen=True)
class Everything:
    """Every record: nothing was asked."""


@dataclass(frozen=True)
class Nothing:
    """No record: something was asked, but nothing that can be searched for."""


@dataclass(frozen=True)
class Akin:
    """What comes nearest to a text, by the words they share; never part of another node."""

    text: str
    """Folded."""


Node = Text | Gapped | Number | Name | Range | And | Or | Not | Everything | Nothing | Akin


@dataclass(frozen=True)
class Query:
    """What was typed, as understood."""

    typed: str
    root: Node
    notice: str = ""
    """What we read otherwise than typed, in a sentence for the reader."""

    @property
    def is_plain(self) -> bool:
        """Whether it is words alone, without fields, denials and quotation marks."""
        return _is_plain(self.root)


def _is_plain(node: Node) -> bool:
    if isinstance(node, And):
        return all(map(_is_plain, node.nodes))
    return isinstance(node, Text) and not (node.in_title or node.is_prefix or node.is_quoted)


def words_of(node: Node) -> tuple[str, ...]:
    """The texts asked for and not denied, folded: what a passage should mark."""
    if isinstance(node, (Text, Gapped, Number)):
        return (node.text,) if node.text else ()
    if isinstance(node, (And, Or)):
        found = (word for child in node.nodes for word in words_of(child))
        return tuple(dict.fromkeys(found))
    return ()


def joined(kind: type[And] | type[Or], nodes: list[Node]) -> Node | None:
    """One node for several; none for none."""
    if not nodes:
        return None
    return nodes[0] if len(nodes) == 1 else kind(tuple(nodes))
