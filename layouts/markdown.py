"""In this file Markdown becomes blocks: the one reading of Markdown in the whole house.

Python-Markdown reads, nh3 takes out everything that is not text, and what is left is walked into
flat blocks. Raw HTML is understood in tables only (merged cells); no other address than
`photo:KEY` is ever followed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

import nh3
from lxml import html
from markdown import Markdown

from layouts import footnotes
from layouts.document import (
    Align,
    Block,
    Blocks,
    Cell,
    Heading,
    ListItem,
    Mark,
    Paragraph,
    Photo,
    Preformatted,
    Quote,
    Rule,
    Run,
    Runs,
    Table,
    block_text,
    notes_of,
    plain,
)
from layouts.faults import Fault, tell

TAGS = {
    "a", "b", "blockquote", "br", "caption", "code", "del", "em", "h1", "h2", "h3", "h4", "h5",
    "h6", "hr", "i", "img", "li", "ol", "p", "pre", "s", "strike", "strong", "sub", "sup",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan", "align", "style"},
    "th": {"colspan", "rowspan", "align", "style"},
    "ol": {"start"},
    "sup": {footnotes.ATTRIBUTE},
}
MARKS = {
    "b": Mark.STRONG,
    "strong": Mark.STRONG,
    "i": Mark.EMPHASIS,
    "em": Mark.EMPHASIS,
    "sup": Mark.SUPERSCRIPT,
    "sub": Mark.SUBSCRIPT,
    "code": Mark.CODE,
    "del": Mark.STRUCK,
    "s": Mark.STRUCK,
    "strike": Mark.STRUCK,
}
HEADINGS = {f"h{level}": level for level in range(1, 7)}
PHOTO = "photo:"
MOST_SPAN = 200
DEEPEST = 60
"""Lists and quotations nested deeper are read as plain paragraphs."""

BULLETS = ("●", "－")
WIDE = re.compile(
    r"[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff60]"
)
CONTROL = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127))


def read_blocks(
    text: str, article: str, faults: list[Fault] | None = None, *, first_note: int = 1
) -> Blocks:
    """Read Markdown into blocks named `article`-p1, -p2, …; nothing in it is ever an error.

    Footnotes are numbered from `first_note`. What cannot be printed as it was written is told in
    `faults`, with the block or `article` as its place.
    """
    dropped: list[str] = []
    words, definitions = footnotes.taken_out(_clean(text))
    blocks = tuple(
        replace(block, id=f"{article}-p{number}")
        for number, block in enumerate(_levelled(list(_read(words, dropped))), 1)
    )
    blocks, wrong = footnotes.numbered(
        blocks, definitions, _note_runs, article=article, first=first_note
    )
    if faults is not None:
        faults += [tell("image-dropped", article, name=name) for name in dropped]
        faults += wrong
    return blocks


def plain_text(text: str) -> str:
    """The words of a Markdown text, a line for each block: what a reader finds by searching.

    Each footnote is a line behind them.
    """
    blocks = read_blocks(text, "article")
    notes = (plain(note.runs) for note in notes_of(blocks))
    return "\n".join(filter(None, (*map(block_text, blocks), *notes)))


def paragraphs(text: str, article: str) -> list[tuple[str, str]]:
    """The words of a Markdown text, block by block, each with the name pages know it by.

    Each footnote is a line behind them.
    """
    blocks = read_blocks(text, article)
    notes = [(note.id, plain(note.runs)) for note in notes_of(blocks)]
    return [*((block.id, block_text(block)) for block in blocks), *notes]


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(CONTROL)


def _note_runs(text: str) -> Runs:
    """A footnote's own words; a block in it is a part of its one paragraph."""
    runs: list[Run] = []
    for block in _read(text, []):
        if isinstance(block, Paragraph | Quote | Heading | ListItem):
            # A footnote of a footnote stays as it was typed.
            runs += [replace(run, note=None) for run in block.runs]
        else:
            runs.append(Run(block_text(block)))
    return tuple(runs)


def _read(clean: str, dropped: list[str]) -> Iterator[Block]:
    try:
        converted = _reader().convert(_with_blank_lines(_tamed(clean)))
        tree = html.fragment_fromstring(
            nh3.clean(
                converted,
                tags=TAGS,
                attributes=ATTRIBUTES,
                url_schemes={"photo"},
                link_rel=None,
                clean_content_tags={"script", "style"},
                filter_style_properties={"text-align"},
            ),
            create_parent="body",
            # Without it whatever is nested deeper than 255 elements would be lost.
            parser=html.HTMLParser(huge_tree=True),
        )
        _take_out_foreign_images(tree, dropped)
        yield from _blocks(tree, 0)
    except RecursionError:
        # Thousands of nested brackets or quotation marks: the words stay, their nesting goes.
        for line in filter(None, (line.strip() for line in clean.split("\n"))):
            yield Paragraph("", (Run(line),))


def _take_out_foreign_images(tree: html.HtmlElement, dropped: list[str]) -> None:
    """Only photo:KEY is ever printed; of any other image its words stay."""
    for image in list(tree.iter("img")):
        if (image.get("src") or "").startswith(PHOTO):
            continue
        words = image.get("alt") or ""
        dropped.append(f"图片“{words}”" if words else "一幅图片")
        image.tag, image.text = "sub-image", words


def _reader() -> Markdown:
    """Python-Markdown as offices type: an indent of two spaces nests a list and is never code."""
    reader = Markdown(extensions=["tables", "sane_lists", "fenced_code"], tab_length=2)
    reader.parser.blockprocessors.deregister("code")
    # A line such as "[1]: 见附件" is text to an office; as a reference it would not be printed.
    reader.parser.blockprocessors.deregister("reference")
    for name in ("reference", "image_reference", "short_reference", "short_image_ref"):
        reader.inlinePatterns.deregister(name)
    footnotes.know_references(reader)
    return reader


def _tamed(text: str) -> str:
    """Make brackets that open nothing plain text where there are very many of them.

    Python-Markdown looks for the end of each from where it stands to the end of the text, so that
    twenty thousand of them would take minutes.
    """
    if text.count("[") > MANY_BRACKETS:
        text = OPENS_NO_LINK.sub("&#91;", text)
    if text.count("<") > MANY_BRACKETS:
        text = OPENS_NO_TAG.sub("&lt;", text)
    return text


MANY_BRACKETS = 500
OPENS_NO_LINK = re.compile(
    rf"\[(?!\^{footnotes.NAME}\])(?![^\[\]\n]{{0,300}}\]\([^()\n]{{0,300}}\))"
)
OPENS_NO_TAG = re.compile(r"<(?!/?[a-zA-Z][^<>]{0,300}>)")

ENUMERATED = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十0-9]{1,3}）|[0-9]{1,2}[、．）]|[①-⑳])"
)
"""How a line of an enumeration begins in office documents; Markdown knows none of these."""
LIST_MARKER = re.compile(r" *(?:[0-9]{1,9}[.)]|[-*+]) ")


def _with_blank_lines(text: str) -> str:
    """Let what offices type as a line of its own begin a block of its own."""
    lines: list[str] = []
    for line in text.split("\n"):
        # An indent of full-width spaces is the office's habit, not a part of the text.
        bare = line.lstrip("\u3000") if line.startswith("\u3000") else line
        before = lines[-1] if lines else ""
        if before.strip() and (line.startswith("\u3000") or _begins_block(bare, before)):
            lines.append("")
        lines.append(bare)
    return "\n".join(lines)


def _begins_block(line: str, before: str) -> bool:
    if line.lstrip().startswith("|"):
        return "|" not in before
    if ENUMERATED.match(line):
        return before.rstrip().endswith(("。", "；", "：", "！", "？")) or bool(
            ENUMERATED.match(before)
        )
    # The next entry of a list, after a paragraph that belonged to the entry before it.
    indent = len(line) - len(line.lstrip(" "))
    return bool(
        LIST_MARKER.match(line)
        and before.startswith(" " * (indent + 2))
        and not LIST_MARKER.match(before)
    )


def _blocks(node: html.HtmlElement, depth: int) -> Iterator[Block]:
    """Walk an element's content: loose text becomes paragraphs between the blocks."""
    loose: list[Run] = []
    if node.text:
        loose += _words(node.text, frozenset())
    for child in node:
        if _is_block(child):
            yield from _paragraphs(loose)
            loose = []
            yield from _block(child, depth)
        else:
            loose += _inline(child, frozenset())
        if child.tail:
            loose += _words(child.tail, frozenset())
    yield from _paragraphs(loose)


def _is_block(node: html.HtmlElement) -> bool:
    return node.tag in HEADINGS or node.tag in {
        "p", "ul", "ol", "blockquote", "pre", "hr", "table",
    }  # fmt: skip


def _block(node: html.HtmlElement, depth: int) -> Iterator[Block]:
    if depth > DEEPEST:
        yield from _paragraphs(_words(node.text_content(), frozenset()))
    elif node.tag in HEADINGS:
        runs = _trimmed(_inline_content(node, frozenset()))
        if runs:
            yield Heading("", HEADINGS[node.tag], runs)
    elif node.tag in {"ul", "ol"}:
        yield from _list(node, depth)
    elif node.tag == "blockquote":
        for block in _blocks(node, depth + 1):
            yield Quote("", block.runs) if isinstance(block, Paragraph) else block
    elif node.tag == "pre":
        yield Preformatted("", node.text_content().rstrip("\n"))
    elif node.tag == "hr":
        yield Rule("")
    elif node.tag == "table":
        yield from _table(node)
    else:
        yield from _paragraphs(_inline_content(node, frozenset()))


def _list(node: html.HtmlElement, depth: int, level: int = 0) -> Iterator[Block]:
    number = _whole(node.get("start"), 1)
    for child in node:
        if child.tag != "li":
            continue
        marker = f"{number}." if node.tag == "ol" else BULLETS[min(level, len(BULLETS) - 1)]
        yield from _list_item(child, depth, level, marker)
        number += 1


def _list_item(node: html.HtmlElement, depth: int, level: int, marker: str) -> Iterator[Block]:
    """The item's own words first, then what is nested in it."""
    own: list[Run] = _words(node.text or "", frozenset())
    nested: list[Block] = []
    for child in node:
        if child.tag in {"ul", "ol"}:
            if depth + level > DEEPEST:
                nested += _paragraphs(_words(child.text_content(), frozenset()))
            else:
                nested += _list(child, depth, level + 1)
        elif child.tag == "p" and not nested and not "".join(run.text for run in own).strip():
            own = _inline_content(child, frozenset())
        elif _is_block(child):
            nested += _block(child, depth + level + 1)
        else:
            own += _inline(child, frozenset())
        own += _words(child.tail or "", frozenset())
    photos, words = _apart(own)
    yield ListItem("", level, marker, _trimmed(words))
    yield from photos
    yield from nested


def _table(node: html.HtmlElement) -> Iterator[Block]:
    _flatten_inner_tables(node)
    rows: list[tuple[Cell, ...]] = []
    head_rows = 0
    for row in node.iter("tr"):
        cells = tuple(_cell(cell) for cell in row if cell.tag in {"td", "th"})
        if not cells:
            continue
        rows.append(cells)
        if head_rows == len(rows) - 1 and all(cell.is_head for cell in cells):
            head_rows = len(rows)
    caption = node.find("caption")
    words = caption.text_content().strip() if caption is not None else ""
    if rows:
        yield Table("", tuple(rows), head_rows if head_rows < len(rows) else 0, words)


def _flatten_inner_tables(node: html.HtmlElement) -> None:
    """A table inside a cell leaves its words: no press prints tables in tables."""
    while (inner := node.find(".//table")) is not None:
        words, tail = " ".join(word.strip() for word in inner.itertext()), inner.tail
        inner.clear()
        inner.tag, inner.text, inner.tail = "p", words, tail


def _cell(node: html.HtmlElement) -> Cell:
    runs: list[Run] = []
    for block in _blocks(node, DEEPEST):
        if runs and isinstance(block, Paragraph):
            runs.append(Run("\n"))
        if isinstance(block, Paragraph | Quote | Heading | ListItem):
            runs += block.runs
        elif isinstance(block, Preformatted):
            runs.append(Run(block.text))
        elif isinstance(block, Photo):
            # A cell holds words; presses have no room for a photo in it.
            runs.append(Run(f"〔照片：{block.caption or block.key}〕"))
    wanted = node.get("align") or (node.get("style") or "").rpartition(":")[2].strip(" ;")
    return Cell(
        tuple(runs),
        colspan=min(max(_whole(node.get("colspan"), 1), 1), MOST_SPAN),
        rowspan=min(max(_whole(node.get("rowspan"), 1), 1), MOST_SPAN),
        is_head=node.tag == "th",
        align=Align(wanted) if wanted in set(Align) else None,
    )


def _inline_content(node: html.HtmlElement, marks: frozenset[Mark]) -> list[Run]:
    runs = _words(node.text or "", marks)
    for child in node:
        runs += _inline(child, marks)
        runs += _words(child.tail or "", marks)
    return runs


def _inline(node: html.HtmlElement, marks: frozenset[Mark]) -> list[Run]:
    if node.tag == "br":
        return [Run("\n", marks)]
    if node.tag == "img":
        return [Run(PHOTO_MARK + (node.get("src") or "") + "\0" + (node.get("alt") or ""))]
    if not isinstance(node.tag, str):
        return []
    if name := node.get(footnotes.ATTRIBUTE):
        return [footnotes.named(name, node.text_content())]
    if mark := MARKS.get(node.tag):
        marks |= {mark}
    return _inline_content(node, marks)


PHOTO_MARK = "\0photo\0"
"""Stands before an image's address until its paragraph is taken apart; never in a typed text,
because control characters are taken out first."""


def _words(text: str, marks: frozenset[Mark]) -> list[Run]:
    """Text as it is printed: a line break typed between Chinese characters leaves no space."""
    joined = re.sub(r"[ \t]*\n[ \t]*", "\n", text)
    pieces = joined.split("\n")
    line = pieces[0]
    for piece in pieces[1:]:
        between = "" if _is_wide(line[-1:]) or _is_wide(piece[:1]) else " "
        line += (between if line and piece else between and " ") + piece
    return [Run(line, marks)] if line else []


def _is_wide(character: str) -> bool:
    return bool(character) and (
        WIDE.match(character) is not None or unicodedata.east_asian_width(character) in "WF"
    )


def _paragraphs(runs: list[Run]) -> Iterator[Block]:
    photos, words = _apart(runs)
    trimmed = _trimmed(words)
    if trimmed:
        yield Paragraph("", trimmed)
    yield from photos


def _apart(runs: list[Run]) -> tuple[list[Photo], list[Run]]:
    """Take photos out of running text."""
    photos: list[Photo] = []
    words: list[Run] = []
    for run in runs:
        if run.text.startswith(PHOTO_MARK):
            address, _mark, caption = run.text.removeprefix(PHOTO_MARK).partition("\0")
            photos.append(Photo("", address.removeprefix(PHOTO), caption))
        else:
            words.append(run)
    return photos, words


def _trimmed(runs: list[Run]) -> Runs:
    """Without white space at both ends, equal neighbours joined."""
    joined: list[Run] = []
    for run in runs:
        if joined and joined[-1].marks == run.marks and not (run.note or joined[-1].note):
            joined[-1] = Run(joined[-1].text + run.text, run.marks)
        else:
            joined.append(run)
    if joined:
        joined[0] = replace(joined[0], text=joined[0].text.lstrip())
        joined[-1] = replace(joined[-1], text=joined[-1].text.rstrip())
    return tuple(run for run in joined if run.text)


def _levelled(blocks: list[Block]) -> Iterator[Block]:
    """Count the heading levels an author used from 1, four at most (GB/T 9704-2012, 7.3.3)."""
    used = sorted({block.level for block in blocks if isinstance(block, Heading)})
    for block in blocks:
        if isinstance(block, Heading):
            yield replace(block, level=min(used.index(block.level) + 1, 4))
        else:
            yield block


def _whole(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else default
