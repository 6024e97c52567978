"""In this file a document becomes HTML: an `<article class="issue">` without head or style.

Every piece of text is escaped here and nowhere else; no attribute comes from an author but ids
and photo keys, which are escaped too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from types import MappingProxyType

from layouts import grid
from layouts.columns import Figure, figures_of
from layouts.document import (
    Article,
    Block,
    Blocks,
    Cell,
    Document,
    Heading,
    Imprint,
    ListItem,
    Mark,
    Masthead,
    Note,
    Paragraph,
    Photo,
    Preformatted,
    Quote,
    QuotedInstruction,
    Rule,
    Run,
    Section,
    Table,
    note_mark,
    notes_of,
)
from layouts.layout import Layout
from layouts.markdown import read_blocks
from layouts.names import aligned, apart, with_names
from layouts.photos import Pair, Size, in_pairs
from layouts.titles import title_lines

ELEMENTS = {
    Mark.STRONG: "strong",
    Mark.EMPHASIS: "em",
    Mark.SUPERSCRIPT: "sup",
    Mark.SUBSCRIPT: "sub",
    Mark.CODE: "code",
    Mark.STRUCK: "del",
}
APART = '<span class="apart">{}</span>'
"""A character with the room of another behind it."""
TITLE_INDENT = 22.0
"""A title keeps one of its own characters free at both sides, pt."""
NUMBER_WIDTH = 2.5
"""What the number before a title takes from its first line, in characters."""

IMPRINT = "imprint.page"
"""Where the imprint's page is told; no article has a dot in its name."""
IMPRINT_ALONE = "imprint.alone"
"""The same, where the imprint has a page for itself."""
WIDE_TABLE = 8
"""A table of more columns is set small, or on a page that lies on its side."""

NO_SIZES: Mapping[str, Size] = MappingProxyType({})
PhotoAddress = Callable[[str], str]


@dataclass
class _Way:
    """How blocks are set on their way into HTML."""

    photo: PhotoAddress
    """The address of each photo's key."""
    on_paper: bool = False
    """Whether footnotes stand where they are named, for the foot of that page."""
    named: set[str] = field(default_factory=set)
    """The footnotes that were named before."""
    alone: bool = False
    """Whether the imprint has a page for itself."""
    sizes: Mapping[str, Size] = field(default_factory=dict)
    """How large each photo is printed, by its key."""


def fragment(
    document: Document,
    layout: Layout,
    photo: PhotoAddress = "photo:{}".format,
    *,
    on_paper: bool = False,
    alone: bool = False,
    sizes: Mapping[str, Size] = NO_SIZES,
) -> str:
    """The issue as one `<article>`.

    `photo` gives the address of each photo's key, `sizes` how large it is printed. On paper
    footnotes belong to the foot of their page, on the screen to the end of their article; `alone`
    gives the imprint a page for itself.
    """
    way = _Way(photo, on_paper, alone=alone, sizes=sizes)
    front = {
        "addressee": _addressee(document.masthead),
        "correction": _correction(document, layout),
        "contents": _contents(document, layout),
        "editor_note": _editor_note(document.editor_note, layout, way),
    }
    parts = [
        f'<article class="issue issue--{escape(layout.name)}" lang="{escape(document.language)}">',
        _masthead(document.masthead),
        *(front[part] for part in layout.parts),
        *(_section(section, layout, way) for section in document.sections),
        _imprint(document, way),
        "</article>",
    ]
    return "\n".join(part for part in parts if part)


def title_characters(layout: Layout) -> float:
    """How many characters a line of an article's title may hold."""
    style = layout.styles["article_title"]
    return (grid.AREA_WIDTH * grid.POINTS_PER_MM - 2 * TITLE_INDENT) / style.size


def has_contents(document: Document, layout: Layout) -> bool:
    """Whether an issue in this layout lists its articles before them."""
    return layout.contents_shown and len(document.articles) >= layout.contents_from


def preview(text: str, photo: PhotoAddress = "photo:{}".format) -> str:
    """Markdown as it will stand in print, for the editor's live preview."""
    return _with_notes(read_blocks(text, "preview"), _Way(photo))


def blocks_html(blocks: Blocks) -> str:
    """Blocks that stand outside an issue, without photos."""
    return _with_notes(blocks, _Way(lambda _key: "", on_paper=True))


def _masthead(masthead: Masthead) -> str:
    marks = "".join(
        f'<p class="masthead-{name}">{escape(text)}</p>'
        for name, text in (
            ("handling", masthead.handling),
            ("copy-number", masthead.copy_number),
            ("urgency", masthead.urgency),
        )
        if text
    )
    return (
        '<header class="masthead">'
        f"{marks}"
        f'<p class="serial-name">{escape(masthead.serial)}</p>'
        f'<p class="number-line">{escape(masthead.number_line)}</p>'
        '<div class="office-line">'
        f'<span class="office">{escape(masthead.office)}</span>'
        f'<span class="date">{escape(masthead.date)}</span></div>'
        '<hr class="red-rule">'
        "</header>"
    )


def _addressee(masthead: Masthead) -> str:
    label, text = masthead.addressee
    return f'<p class="addressee">{escape(label)}{escape(text)}</p>' if text else ""


def _correction(document: Document, layout: Layout) -> str:
    if not document.correction:
        return ""
    words = escape(layout.words["correction"])
    return (
        f'<aside class="correction"><p><strong>{words}</strong>'
        f"{escape(document.correction)}</p></aside>"
    )


def _contents(document: Document, layout: Layout) -> str:
    if not has_contents(document, layout):
        return ""
    entries = "".join(
        f'<li><a href="#{escape(article.id)}">'
        f'<span class="entry-marker">{escape(_entry_marker(article, layout))}</span>'
        f'<span class="entry-title">{escape(article.full_title)}</span></a></li>'
        for article in document.articles
    )
    return (
        f'<nav class="contents"><p class="contents-title">{escape(layout.words["contents"])}</p>'
        f"<ul>{entries}</ul></nav>"
    )


def _entry_marker(article: Article, layout: Layout) -> str:
    return f"{article.number}." if article.number is not None else layout.contents_marker


def _editor_note(blocks: Blocks, layout: Layout, way: _Way) -> str:
    if not blocks:
        return ""
    words = f'<strong class="note-label">{escape(layout.words["editor_note"])}</strong>'
    body = _with_notes(blocks, way).replace(">", f">{words}", 1)
    return f'<aside class="editor-note">{body}</aside>'


def _section(section: Section, layout: Layout, way: _Way) -> str:
    title = f'<h2 class="section-title">{escape(section.title)}</h2>' if section.title else ""
    articles = "\n".join(_article(article, layout, way) for article in section.articles)
    return f'<section class="section">{title}{articles}</section>'


def _article(article: Article, layout: Layout, way: _Way) -> str:
    characters = title_characters(layout)
    instructions = "".join(_instruction(one, layout) for one in article.instructions)
    source = (
        f'<p class="source-line">（{escape(article.source_line)}）</p>'
        if article.source_line
        else ""
    )
    return (
        f'<section class="article" id="{escape(article.id)}">'
        f'<h3 class="article-title">{_title(article, characters)}</h3>'
        f"{instructions}{_with_notes(article.blocks, way, source)}</section>"
    )


def _title(article: Article, characters: float) -> str:
    """A title in the lines it is printed in; a narrow screen may run them together."""
    number, room = "", characters
    if article.number is not None:
        number, room = f'<span class="number">{article.number}.</span>', characters - NUMBER_WIDTH
    first, *others = title_lines(article.full_title, room)
    return f'<span class="line">{number}{escape(first)}</span>' + "".join(
        f'<span class="line">{escape(line)}</span>' for line in others
    )


def _instruction(one: QuotedInstruction, layout: Layout) -> str:
    words = one.printed(layout.words["instructed"])
    return f'<blockquote class="instruction"><p>{escape(words)}</p></blockquote>'


def _imprint(document: Document, way: _Way) -> str:
    imprint = document.imprint
    if imprint.is_empty:
        return ""
    recipients = "".join(
        f'<p class="recipients"><span class="label">{escape(label)}</span>'
        f"<span>{escape(text)}</span></p>"
        for label, text in imprint.recipients
    )
    names = "".join(
        f"<span>{escape(label)}{_name(text, imprint)}</span>" for label, text in imprint.names
    )
    names = f'<p class="names">{names}</p>' if names else ""
    copies = f'<p class="print-run">{escape(imprint.print_run)}</p>' if imprint.print_run else ""
    name = f' id="{IMPRINT_ALONE if way.alone else IMPRINT}"' if way.on_paper else ""
    alone = " alone" if way.alone else ""
    return (
        f'<div class="imprint-place{alone}"{name}>'
        '<footer class="imprint"><div class="recipients-block">'
        f"{recipients}</div>{names}{copies}</footer></div>"
    )


def _name(name: str, imprint: Imprint) -> str:
    """A name of the imprint, as wide as the longer ones beside it."""
    is_aligned = aligned(text for _label, text in imprint.names)
    return "".join(map(_run, apart(name) if is_aligned else (Run(name),)))


def _with_notes(blocks: Blocks, way: _Way, behind: str = "") -> str:
    """Blocks, what stands behind them, and on the screen their footnotes."""
    text = "".join(_grouped(blocks, way)) + behind
    notes = "" if way.on_paper else "".join(_note(note, way) for note in notes_of(blocks))
    return f'{text}<aside class="notes">{notes}</aside>' if notes else text


def _note(note: Note, way: _Way) -> str:
    """A footnote; on the screen its mark leads back to where it is named first."""
    name, mark, words = escape(note.id), escape(note_mark(note.number)), _runs(note.runs, way)
    if way.on_paper:
        return f'<span class="note" id="{name}"><span class="note-mark">{mark}</span>{words}</span>'
    back = f'<a class="note-mark" href="#{name}-call">{mark}</a>'
    return f'<p class="note" id="{name}">{back}{words}</p>'


def _grouped(blocks: Iterable[Block], way: _Way) -> Iterator[str]:
    """Photos that follow one another stand in one group, small ones in pairs."""
    for kind, group in groupby(in_pairs(blocks, way.sizes), _kind):
        if kind == "pair":
            for pair in group:
                yield f'<div class="photos pair">{_figures(pair, way)}</div>'
            continue
        pieces = "".join(_block(block, way) for block in group if not isinstance(block, Pair))
        yield f'<div class="photos">{pieces}</div>' if kind == "photo" else pieces


def _kind(block: Block | Pair) -> str:
    if isinstance(block, Pair):
        return "pair"
    return "photo" if isinstance(block, Photo) else ""


def _figures(pair: Block | Pair, way: _Way) -> str:
    return "".join(_block(one, way) for one in pair.photos) if isinstance(pair, Pair) else ""


def _block(block: Block, way: _Way) -> str:  # noqa: PLR0911 - one answer a kind
    name = f'id="{escape(block.id)}" data-block="{escape(block.id)}"'
    block = with_names(block)
    match block:
        case Paragraph(runs=runs):
            return f"<p {name}>{_runs(runs, way)}</p>"
        case Heading(level=level, runs=runs):
            tag = f"h{min(level + 3, 6)}"
            return f'<{tag} {name} class="heading heading{level}">{_runs(runs, way)}</{tag}>'
        case ListItem(level=level, marker=marker, runs=runs):
            return (
                f'<p {name} class="list-item level{min(level, 5)}">'
                f'<span class="marker">{escape(marker)}</span>{_runs(runs, way)}</p>'
            )
        case Quote(runs=runs):
            return f"<blockquote><p {name}>{_runs(runs, way)}</p></blockquote>"
        case Preformatted(text=text):
            return f"<pre {name}>{escape(text)}</pre>"
        case Rule():
            return f"<hr {name}>"
        case Table():
            return _table(block, name, way)
        case Photo():
            return _photo(block, name, way.photo(block.key))


def _photo(photo: Photo, name: str, address: str) -> str:
    if not address:
        words = f"〔照片：{photo.caption or photo.key}〕"
        return f'<figure {name}><p class="photo-missing">{escape(words)}</p></figure>'
    words = f"<figcaption>{escape(photo.caption)}</figcaption>" if photo.caption else ""
    alternative = escape(photo.caption or "照片")
    return f'<figure {name}><img src="{escape(address)}" alt="{alternative}">{words}</figure>'


def _table(table: Table, name: str, way: _Way) -> str:
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    figures = figures_of(table)
    rows = [
        "".join(_cell(cell, figures.get((number, start)), way) for cell, start, _end in line)
        for number, line in enumerate(table.grid())
    ]
    head, body = (
        "".join(f"<tr>{cells}</tr>" for cells in some)
        for some in (rows[: table.head_rows], rows[table.head_rows :])
    )
    head = f"<thead>{head}</thead>" if head else ""
    size, lies = ("narrow", "") if table.columns <= WIDE_TABLE else ("wide", " lies")
    return (
        f'<div class="table-frame{lies}" {name}><table class="{size}">'
        f"{caption}{head}<tbody>{body}</tbody></table></div>"
    )


def _cell(cell: Cell, figure: Figure | None, way: _Way) -> str:
    tag = "th" if cell.is_head else "td"
    spans = "".join(
        f' {word}="{number}"'
        for word, number in (("colspan", cell.colspan), ("rowspan", cell.rowspan))
        if number > 1
    )
    align = f' class="{cell.align.value}"' if cell.align else ""
    words = _figure(figure, way) if figure else _runs(cell.runs, way)
    return f"<{tag}{spans}{align}>{words}</{tag}>"


def _figure(figure: Figure, way: _Way) -> str:
    """A number in two halves, each as wide as the widest of its column."""
    halves = (
        ("whole", figure.whole, figure.widest_whole),
        ("part", figure.part, figure.widest_part),
    )
    return "".join(
        f'<span class="{name}" data-widest="{escape(widest)}">{_runs(runs, way)}</span>'
        for name, runs, widest in halves
        if widest
    )


def _runs(runs: Iterable[Run], way: _Way) -> str:
    return "".join(_call(run.note, way) if run.note else _run(run) for run in runs)


def _call(note: Note, way: _Way) -> str:
    """The mark of a footnote in the text, which leads to it, and on paper the footnote itself."""
    mark = escape(note_mark(note.number))
    is_first = note.id not in way.named
    way.named.add(note.id)
    name = f' id="{escape(note.id)}-call"' if is_first and not way.on_paper else ""
    call = f'<sup class="note-call"><a{name} href="#{escape(note.id)}">{mark}</a></sup>'
    return call + _note(note, way) if is_first and way.on_paper else call


def _run(run: Run) -> str:
    text = escape(run.text, quote=False).replace("\n", "<br>")
    for mark in sorted(run.marks):
        if mark is Mark.APART:
            text = APART.format(text)
            continue
        text = f"<{ELEMENTS[mark]}>{text}</{ELEMENTS[mark]}>"
    return text
