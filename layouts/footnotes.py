"""In this file footnotes are read: `[^a]` in running text, `[^a]: 注文` on a line of its own.

Their texts are taken out before the rest is read, and given back to the first place that names
each. What is named but never written, written twice or never named is told as a fault.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString

from layouts.document import (
    Block,
    Heading,
    ListItem,
    Note,
    Paragraph,
    Quote,
    Run,
    Runs,
    Table,
    note_mark,
)
from layouts.faults import Fault, tell

NAME = r"[^\[\]\s]{1,40}"
REFERENCE = rf"\[\^({NAME})\]"
ATTRIBUTE = "data-note"
"""Of a `sup`: the name of the footnote that stands there, until its text is put in."""
DEFINITION = re.compile(rf" {{0,3}}\[\^({NAME})\]:[ \t]*(.*)")
FENCE = re.compile(r" {0,3}(```|~~~)")
MOST = 500
"""Footnotes of one text; what is beyond stays as it was typed."""
BEHIND_LINKS = 145
"""The priority of the pattern: a photo's caption and a link's address are taken before."""


@dataclass(frozen=True)
class Definitions:
    """The texts of footnotes by name, and the names that were given twice."""

    texts: Mapping[str, str] = field(default_factory=dict)
    twice: tuple[str, ...] = ()


def taken_out(text: str) -> tuple[str, Definitions]:
    """A text without the lines that define footnotes, and what they define.

    A definition goes on to the next empty line, as a paragraph does.
    """
    if "[^" not in text:
        return text, Definitions()
    kept: list[str] = []
    found: dict[str, list[str]] = {}
    twice: dict[str, None] = {}
    fenced, current = "", None
    for line in text.split("\n"):
        if fence := FENCE.match(line):
            fenced = "" if fenced == fence[1] else fenced or fence[1]
        begins = None if fenced or fence else DEFINITION.match(line)
        if begins and len(found) < MOST:
            current = [begins[2]]
            if begins[1] in found:
                twice[begins[1]] = None
            else:
                found[begins[1]] = current
            # What stands before and behind are paragraphs of their own.
            kept.append("")
        elif current is not None and line.strip() and not fence:
            current.append(line.strip())
        else:
            current = None
            kept.append(line)
    texts = {name: "\n".join(lines).strip() for name, lines in found.items()}
    return "\n".join(kept), Definitions(texts, tuple(twice))


class _Reference(InlineProcessor):
    """`[^a]` becomes a raised element that names the footnote and holds what was typed."""

    def handleMatch(  # type: ignore[override]  # noqa: N802 - Python-Markdown's name
        self,
        m: re.Match[str],
        data: str,  # noqa: ARG002
    ) -> tuple[ET.Element, int, int]:
        element = ET.Element("sup", {ATTRIBUTE: m[1]})
        element.text = AtomicString(m[0])
        return element, m.start(0), m.end(0)


def know_references(reader: Markdown) -> None:
    """Let a reader of Markdown see where a footnote is named."""
    reader.inlinePatterns.register(_Reference(REFERENCE, reader), "note", BEHIND_LINKS)


def named(name: str, typed: str) -> Run:
    """The run that stands for a footnote until `numbered` puts its text in."""
    return Run(typed, note=Note(name, 0, ()))


@dataclass
class _Numbering:
    """The footnotes of one text as they are met."""

    definitions: Definitions
    article: str
    first: int
    read: Callable[[str], Runs]
    faults: list[Fault]
    met: dict[str, Note] = field(default_factory=dict)

    def runs(self, runs: Runs, place: str) -> Runs:
        """The same runs with their footnotes."""
        if all(run.note is None for run in runs):
            return runs
        return tuple(self._run(run, place) if run.note else run for run in runs)

    def _run(self, run: Run, place: str) -> Run:
        name = run.note.id if run.note else ""
        if not self.definitions.texts.get(name):
            self.faults.append(tell("note-missing", place, name=name, typed=run.text))
            return Run(run.text, run.marks)
        if name not in self.met:
            count = len(self.met)
            self.met[name] = Note(
                f"{self.article}-n{count + 1}",
                self.first + count,
                self.read(self.definitions.texts[name]),
            )
        note = self.met[name]
        return Run(note_mark(note.number), run.marks, note)

    def unused(self) -> Iterator[Fault]:
        """What of the definitions is not printed."""
        for name, text in self.definitions.texts.items():
            if text and name not in self.met:
                yield tell("note-unused", self.article, name=name)
        for name in self.definitions.twice:
            yield tell("note-twice", self.article, name=name)


def numbered(
    blocks: tuple[Block, ...],
    definitions: Definitions,
    read: Callable[[str], Runs],
    *,
    article: str,
    first: int,
) -> tuple[tuple[Block, ...], list[Fault]]:
    """The blocks with their footnotes, numbered from `first` as they are met, and the faults.

    `read` gives the runs of a footnote's own text.
    """
    numbering = _Numbering(definitions, article, first, read, [])
    found = tuple(_with_notes(block, numbering) for block in blocks)
    return found, [*numbering.faults, *numbering.unused()]


def _with_notes(block: Block, numbering: _Numbering) -> Block:
    if isinstance(block, Table):
        rows = tuple(
            tuple(replace(cell, runs=numbering.runs(cell.runs, block.id)) for cell in row)
            for row in block.rows
        )
        return replace(block, rows=rows)
    if isinstance(block, Paragraph | Heading | ListItem | Quote):
        return replace(block, runs=numbering.runs(block.runs, block.id))
    return block
