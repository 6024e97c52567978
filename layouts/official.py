"""In this file an official document (公文) is read from its data and filled with words.

The form is GB/T 9704-2012; what differs between offices, the wording and the names of the parts,
is data in layouts/library/<name>/official.toml, which an office may put into its own layouts.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from layouts.document import Blocks
from layouts.errors import LayoutInvalid
from layouts.layout import LIBRARY
from layouts.markdown import read_blocks
from layouts.sheet import Filler

FILE = "official.toml"
TEXTS = (
    "mark", "number", "signer", "title", "to", "agency", "date", "note", "copies", "printer",
    "printed_on", "copy_number", "handling", "urgency",
)  # fmt: skip
"""The elements that are one text each, by their place on the page."""
SEAL = 4.0
"""Characters kept free at the right of the date, where a seal is set over it (7.3.5.1)."""


@dataclass(frozen=True)
class Official:
    """An official document filled in, ready for the press; empty elements are not printed."""

    name: str
    mark: str
    """发文机关标志."""
    number: str
    """发文字号."""
    signer: str
    """签发人, printed on what goes upward."""
    title: str
    to: str
    """主送机关, without its colon."""
    blocks: Blocks
    attachments: tuple[str, ...]
    agency: str
    """发文机关署名."""
    date: str
    note: str
    """附注, without its brackets."""
    copies: str
    """抄送, without its label."""
    printer: str
    printed_on: str
    copy_number: str = ""
    handling: str = ""
    urgency: str = ""

    @property
    def marks(self) -> tuple[str, ...]:
        """What stands at the top left, a line each: 份号, 密级, 紧急程度 (7.2.1 to 7.2.3)."""
        return tuple(filter(None, (self.copy_number, self.handling, self.urgency)))

    @property
    def free_right(self) -> tuple[float, float]:
        """Characters free at the right of the agency and of the date.

        The agency is centred over the date, which has four; a long one has none and moves the date.
        """
        over = (width(self.agency) - width(self.date)) / 2
        return max(0.0, SEAL - over), max(SEAL, over)

    @property
    def mark_size(self) -> float:
        """The size of the mark in points, at which it fits the type area with room beside it."""
        return round(min(62.0, 420.0 / max(1.0, width(self.mark))), 1)

    @property
    def has_imprint(self) -> bool:
        """Whether anything of the 版记 is printed."""
        return bool(self.copies or self.printer)


def width(text: str) -> float:
    """The width of a text in characters; a digit or letter takes half of one."""
    return sum(1.0 if ord(character) > 0x2E7F else 0.5 for character in text)


def fill_official(
    name: str,
    words: Mapping[str, str],
    layouts_dir: Path | None = None,
    attachments: tuple[str, ...] = (),
) -> Official:
    """The document of that name filled with `words`; raises `LayoutInvalid` for a wrong field.

    A part whose text is empty is left out with its heading.
    """
    data = _read(name, layouts_dir)
    filler = Filler(name, dict.fromkeys(data.get("words", []), "") | dict(words))
    texts = {key: filler.fill(data.get(key, ""), key).strip() for key in TEXTS}
    body = [filler.fill(data.get("opening", ""), "opening")]
    for place, part in enumerate(data.get("part", [])):
        text = filler.fill(part.get("text"), f"part[{place}].text").strip()
        if text:
            body += [f"## {filler.fill(part.get('heading'), f'part[{place}].heading')}", text]
    return Official(
        name=name,
        blocks=read_blocks("\n\n".join(filter(None, body)), "report"),
        attachments=attachments,
        **texts,
    )


def _read(name: str, layouts_dir: Path | None) -> dict[str, Any]:
    for folder in filter(None, (layouts_dir, LIBRARY)):
        path = folder / name / FILE
        if path.is_file():
            try:
                return tomllib.loads(path.read_text(encoding="utf-8"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise LayoutInvalid(name, FILE, f"不是有效的 TOML：{error}") from error
    raise LayoutInvalid(name, "name", "没有这种公文。")
