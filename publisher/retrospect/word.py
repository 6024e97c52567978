"""In this file a Word file gives its paragraphs: text boxes, tables, heads and numbering too.

Read from its XML without any outside part: no entity, no relationship is followed. A head that sits
in a text box comes where its anchor stands; a box that Word keeps twice, new and old, comes once.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from publisher.attachments import packages
from publisher.retrospect.errors import Unreadable
from publisher.retrospect.paragraphs import Extract, Paragraph

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
"""How a file saved as Strict Open XML names the same elements ([ECMA-376] part 1)."""
MOST_PART = 80 * 1024 * 1024
"""Bytes of one unpacked part; a longer one is refused."""
MOST_UNPACKED = 300 * 1024 * 1024
MOST_ENTRIES = 5000
DEEPEST = 200
"""Boxes in boxes and tables in tables beyond this are left out."""
PASSED_OVER = frozenset({f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{W}delText"})
SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}
DIGITS = "〇一二三四五六七八九"


@dataclass(frozen=True)
class _Style:
    """What a style says, what it is silent on from the one it is based on."""

    size: float = 0.0
    align: str = ""
    bold: bool = False
    font: str = ""
    level: int = 0


@dataclass(frozen=True)
class _Level:
    """How one level of a list is numbered; lists of one kind go on counting where another ended."""

    list_kind: str
    kind: str
    pattern: str
    start: int
    restarts_at: int | None
    """What a list of its own begins with when it is first used."""


@dataclass
class _File:
    """The parts of one Word file."""

    document: etree._Element
    styles: dict[str, etree._Element]
    default: etree._Element | None
    numbering: dict[tuple[str, int], _Level]
    parts: list[etree._Element] = field(default_factory=list)
    known: dict[str, _Style] = field(default_factory=dict)
    counts: dict[tuple[str, int], int] = field(default_factory=dict)
    """The last number of each level, by the kind of list."""
    begun: set[tuple[str, int]] = field(default_factory=set)
    """The levels of lists that were used already."""


def read_docx(content: bytes) -> Extract:
    """The paragraphs of a Word file in the order they are read; raises `Unreadable`."""
    file, notes = _open(content)
    found: list[Paragraph] = []
    for part in file.parts:
        found += _in_block(part, file, 0)
    body = file.document.find(f"{W}body")
    if body is None:
        raise Unreadable("这不是完整的 Word 文件，缺少正文。")
    found += _in_block(body, file, 0)
    return Extract(tuple(one for one in found if one.text.strip()), 0, tuple(notes))


def _open(content: bytes) -> tuple[_File, list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return _parts(package)
    except (*packages.BROKEN, KeyError, IndexError) as error:
        raise Unreadable("Word 文件已损坏，打不开。") from error


def _parts(package: zipfile.ZipFile) -> tuple[_File, list[str]]:
    entries = package.infolist()
    if len(entries) > MOST_ENTRIES or sum(one.file_size for one in entries) > MOST_UNPACKED:
        raise Unreadable("Word 文件展开后过大，不予读取。")
    names = {one.filename for one in entries}
    main = next(
        (one for one in ("word/document.xml", "word/document2.xml") if one in names),
        None,
    )
    if main is None:
        raise Unreadable("这不是 Word 文件，缺少正文。")
    notes = []
    if any("vbaProject" in name for name in names):
        notes.append("文件带有宏，已略去。")
    styles_root = _xml(package, "word/styles.xml") if "word/styles.xml" in names else None
    styles, default = _styles(styles_root)
    numbering = _numbering(
        _xml(package, "word/numbering.xml") if "word/numbering.xml" in names else None
    )
    document = _xml(package, main)
    if document is None:
        raise Unreadable("Word 文件的正文已损坏，读不出来。")
    heads = sorted(name for name in names if name.startswith("word/header"))
    parts = [part for name in heads if (part := _xml(package, name)) is not None]
    return _File(document, styles, default, numbering, parts), notes


def _xml(package: zipfile.ZipFile, name: str) -> etree._Element | None:
    """A part's root, none where it is no XML."""
    with package.open(name) as part:
        content = part.read(MOST_PART + 1)
    if len(content) > MOST_PART:
        raise Unreadable("Word 文件展开后过大，不予读取。")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True
    )
    try:
        return etree.fromstring(content.replace(STRICT, W[1:-1].encode()), parser)
    except etree.XMLSyntaxError:
        return None


def _styles(root: etree._Element | None) -> tuple[dict[str, etree._Element], etree._Element | None]:
    if root is None:
        return {}, None
    found = {
        style.get(f"{W}styleId", ""): style
        for style in root.iter(f"{W}style")
        if style.get(f"{W}type") == "paragraph"
    }
    return found, root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")


def _numbering(root: etree._Element | None) -> dict[tuple[str, int], _Level]:
    """How each level of each list is numbered ([ECMA-376] part 1, 17.9)."""
    if root is None:
        return {}
    abstract: dict[str, etree._Element] = {
        one.get(f"{W}abstractNumId", ""): one for one in root.iter(f"{W}abstractNum")
    }
    found: dict[tuple[str, int], _Level] = {}
    for number in root.iter(f"{W}num"):
        kind = _value(number.find(f"{W}abstractNumId"))
        changes = {one.get(f"{W}ilvl"): one for one in number.iter(f"{W}lvlOverride")}
        for level in abstract[kind].iter(f"{W}lvl") if kind in abstract else ():
            change = changes.get(level.get(f"{W}ilvl"))
            other = _child(change, "lvl")
            key = (number.get(f"{W}numId", ""), _whole(level.get(f"{W}ilvl")))
            found[key] = _level_of(kind, level if other is None else other, change)
    return found


def _level_of(list_kind: str, level: etree._Element, change: etree._Element | None) -> _Level:
    start, again = _value(level.find(f"{W}start")), _value(_child(change, "startOverride"))
    return _Level(
        list_kind=list_kind,
        kind=_value(level.find(f"{W}numFmt")) or "decimal",
        pattern=_value(level.find(f"{W}lvlText")),
        start=_whole(start) if start else 1,
        restarts_at=_whole(again) if again else None,
    )


def _in_block(block: etree._Element, file: _File, depth: int) -> Iterator[Paragraph]:
    """Every paragraph below an element, each box where it is anchored."""
    if depth > DEEPEST:
        return
    for child in block:
        if not isinstance(child.tag, str) or child.tag in PASSED_OVER:
            continue
        if child.tag == f"{W}p":
            yield from _boxes(child, file, depth)
            yield _paragraph(child, file)
        elif child.tag == f"{W}tbl":
            yield from _table(child, file, depth)
        elif child.tag == f"{MC}AlternateContent":
            yield from _in_block(_one_of(child), file, depth + 1)
        else:
            yield from _in_block(child, file, depth + 1)


def _one_of(alternatives: etree._Element) -> etree._Element:
    """The newer of two forms of one thing, the older where there is no other."""
    choice = alternatives.find(f"{MC}Choice")
    fallback = alternatives.find(f"{MC}Fallback")
    if choice is not None and (
        fallback is None or next(choice.iter(f"{W}txbxContent"), None) is not None
    ):
        return choice
    return fallback if fallback is not None else alternatives


def _boxes(paragraph: etree._Element, file: _File, depth: int) -> Iterator[Paragraph]:
    """The text boxes anchored in a paragraph."""
    waiting = list(paragraph)
    while waiting:
        one = waiting.pop(0)
        if not isinstance(one.tag, str):
            continue
        if one.tag == f"{W}txbxContent":
            yield from _in_block(one, file, depth + 1)
        elif one.tag == f"{MC}AlternateContent":
            waiting[:0] = list(_one_of(one))
        else:
            waiting[:0] = list(one)


def _table(table: etree._Element, file: _File, depth: int) -> Iterator[Paragraph]:
    """A table's rows, each a paragraph of cells apart by tabs; of one column, its paragraphs."""
    for row in table.iter(f"{W}tr"):
        cells = [list(_in_block(cell, file, depth + 1)) for cell in row.iter(f"{W}tc")]
        full = [[one for one in cell if one.text.strip()] for cell in cells]
        if len([cell for cell in full if cell]) <= 1:
            yield from (one for cell in full for one in cell)
            continue
        first = next(one for cell in full for one in cell)
        text = "\t".join(" ".join(one.text.strip() for one in cell) for cell in full)
        yield replace(first, text=text, in_table=True, centred=False)


def _paragraph(paragraph: etree._Element, file: _File) -> Paragraph:
    properties = paragraph.find(f"{W}pPr")
    style = _style(_value(_child(properties, "pStyle")), file, 0)
    runs = [(run, text) for run in _runs(paragraph) if (text := _text(run)).strip()]
    looks = [_look(run.find(f"{W}rPr"), style) for run, _text_ in runs]
    longest = max(range(len(runs)), key=lambda index: len(runs[index][1]), default=-1)
    look = looks[longest] if runs else style
    align = _value(_child(properties, "jc")) or style.align
    outline = _value(_child(properties, "outlineLvl"))
    text = "".join(_text(run) for run in _runs(paragraph))
    return Paragraph(
        text=_number(properties, file) + text.strip(" "),
        size=max((one.size for one in looks), default=look.size),
        centred=align == "center",
        right=align in {"right", "end"},
        bold=bool(looks) and all(one.bold for one in looks),
        font=look.font,
        level=int(outline) + 1 if outline.isdigit() and int(outline) < 9 else style.level,
    )


def _runs(paragraph: etree._Element) -> Iterator[etree._Element]:
    """The runs of a paragraph itself, not those of boxes inside it."""
    for child in paragraph:
        if not isinstance(child.tag, str) or child.tag in PASSED_OVER:
            continue
        if child.tag == f"{W}r":
            yield child
        elif child.tag not in {f"{W}pPr", f"{MC}AlternateContent"}:
            yield from _runs(child)


def _text(run: etree._Element) -> str:
    found = []
    for child in run:
        name = child.tag.removeprefix(W) if isinstance(child.tag, str) else ""
        if name == "t":
            found.append(child.text or "")
        elif name in SIGNS:
            found.append(SIGNS[name])
    return "".join(found)


def _look(properties: etree._Element | None, style: _Style) -> _Style:
    """What a run looks like: its own words, else its paragraph's."""
    if properties is None:
        return style
    size, bold = _value(_child(properties, "sz")), properties.find(f"{W}b")
    fonts = properties.find(f"{W}rFonts")
    font = fonts.get(f"{W}eastAsia", "") if fonts is not None else ""
    return replace(
        style,
        size=_half_points(size) or style.size,
        bold=style.bold if bold is None else bold.get(f"{W}val", "1") not in {"0", "false"},
        font=font or style.font,
    )


def _style(name: str, file: _File, depth: int) -> _Style:
    """A style with what it inherits."""
    if name in file.known:
        return file.known[name]
    element = file.styles.get(name)
    if element is None or depth > 20:
        own = _look(file.default, _Style())
    else:
        based = _style(_value(element.find(f"{W}basedOn")), file, depth + 1)
        own = _look(element.find(f"{W}rPr"), based)
        properties = element.find(f"{W}pPr")
        outline = _value(_child(properties, "outlineLvl"))
        own = replace(
            own,
            align=_value(_child(properties, "jc")) or based.align,
            level=_level(name, outline) or based.level,
        )
    file.known[name] = own
    return own


def _level(name: str, outline: str) -> int:
    if outline.isdigit():
        return int(outline) + 1 if int(outline) < 9 else 0
    for prefix in ("Heading", "heading", "标题"):
        number = name.removeprefix(prefix).strip()
        if number != name and number.isdigit() and 0 < int(number) < 10:
            return int(number)
    return 1 if name == "Title" else 0


def _number(properties: etree._Element | None, file: _File) -> str:
    """The number Word writes before a paragraph by itself: 一、（二）3."""
    of = _child(properties, "numPr")
    if of is None:
        return ""
    list_id, place = _value(of.find(f"{W}numId")), _whole(_value(of.find(f"{W}ilvl")))
    level = file.numbering.get((list_id, place))
    if level is None or list_id == "0":
        return ""
    _count(file, (list_id, place), level)
    pattern = level.pattern
    for upper in range(9):
        one = file.numbering.get((list_id, upper))
        if one is not None and one.kind == "bullet":
            return ""
        if one is not None:
            count = file.counts.get((one.list_kind, upper), one.start)
            pattern = pattern.replace(f"%{upper + 1}", _counted(count, one.kind))
    return pattern


def _count(file: _File, place: tuple[str, int], level: _Level) -> None:
    """Count one paragraph; the levels below it begin anew."""
    kind = level.list_kind
    for key in [one for one in file.counts if one[0] == kind and one[1] > place[1]]:
        del file.counts[key]
    key = (kind, place[1])
    is_first = place not in file.begun
    file.begun.add(place)
    if is_first and level.restarts_at is not None:
        file.counts[key] = level.restarts_at
    else:
        file.counts[key] = file.counts[key] + 1 if key in file.counts else level.start


def _counted(number: int, kind: str) -> str:
    if "hinese" in kind or "japanese" in kind.lower() or kind.startswith("ideograph"):
        return chinese(number)
    if kind == "upperLetter" and number <= 26:
        return chr(64 + number)
    if kind == "lowerLetter" and number <= 26:
        return chr(96 + number)
    return str(number)


def chinese(number: int) -> str:
    """A number up to 99 as headings write it: 十二."""
    tens, ones = divmod(number, 10)
    if tens == 0 or tens > 9:
        return DIGITS[ones] if tens == 0 else str(number)
    return (DIGITS[tens] if tens > 1 else "") + "十" + (DIGITS[ones] if ones else "")


def _child(element: etree._Element | None, name: str) -> etree._Element | None:
    return element.find(f"{W}{name}") if element is not None else None


def _value(element: etree._Element | None) -> str:
    return element.get(f"{W}val", "") if element is not None else ""


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 4 else 0


def _half_points(text: str) -> float:
    return int(text) / 2 if text.isdigit() and len(text) < 5 else 0.0
