"""In this file the JSON form of an issue becomes the document that is printed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from layouts.document import (
    Article,
    Document,
    Imprint,
    Masthead,
    QuotedInstruction,
    Section,
    notes_of,
)
from layouts.faults import Fault, tell
from layouts.layout import Layout
from layouts.markdown import read_blocks
from layouts.plain import as_markdown
from layouts.source import EDITOR_NOTE, Source, SourceArticle, SourceImprint
from layouts.versions import look_of


def compose(
    source: Source, layouts_dir: Path | None = None, *, look: Layout | None = None
) -> Document:
    """Read every text of an issue once into the tree that all presses print.

    `look` is a layout in work, or one that came with the issue; else it is the version the issue
    names, else the layout as it stands. Raises `LayoutInvalid` where that is missing or wrong.
    """
    layout = look_of(source, layouts_dir) if look is None else look
    number_line = source.number_line or layout.number_line(
        number=source.number, total=source.total, year=source.year, series=source.series
    )
    faults: list[Fault] = []
    editor_note = read_blocks(source.editor_note, EDITOR_NOTE, faults)
    sections = _sections(source, layout, faults, len(notes_of(editor_note)))
    if 0 < layout.most_articles < (count := sum(len(one.articles) for one in sections)):
        faults.append(
            tell(
                "articles-many",
                "sections",
                layout=layout.title,
                most=layout.most_articles,
                count=count,
            )
        )
    return Document(
        layout=source.layout,
        title=f"《{source.serial}》{number_line.strip()}",
        masthead=Masthead(
            serial=source.serial,
            number_line=number_line,
            office=source.office,
            date=chinese_day(source.date),
            handling=source.handling,
            urgency=source.urgency,
            copy_number=source.copy_number,
            addressee=_addressee(source.imprint, layout),
        ),
        sections=sections,
        imprint=_imprint(source.imprint, layout),
        editor_note=editor_note,
        correction=source.correction,
        archive_number=source.archive_number,
        language=source.language,
        date=source.date,
        source_json=source.as_text(),
        markdown=as_markdown(source, number_line),
        look=layout,
        faults=tuple(faults),
    )


def chinese_day(iso: str) -> str:
    """2026年3月9日 (GB/T 9704-2012, 7.3.5.4: Arabic digits, no leading zero)."""
    day = date.fromisoformat(iso)
    return f"{day.year}年{day.month}月{day.day}日"


def _sections(
    source: Source, layout: Layout, faults: list[Fault], notes: int
) -> tuple[Section, ...]:
    """The sections with their articles; `notes` footnotes stand before them."""
    sections, number = [], 0
    for section in source.sections:
        articles = []
        for article in section.articles:
            number += 1
            shown = number if layout.numbered else None
            articles.append(_article(article, shown, faults, notes + 1))
            notes += len(notes_of(articles[-1].blocks))
        if articles:
            title = section.title if layout.section_titles else ""
            sections.append(Section(title, tuple(articles)))
        elif section.title:
            faults.append(tell("section-empty", "section", title=section.title))
    return tuple(sections)


def _article(
    article: SourceArticle, number: int | None, faults: list[Fault], first_note: int
) -> Article:
    return Article(
        id=article.id,
        title=" ".join(article.title.split()),
        blocks=read_blocks(article.body, article.id, faults, first_note=first_note),
        source_line=article.source_line,
        stage=article.stage,
        instructions=tuple(
            QuotedInstruction(one.leader, one.post, one.text, one.date, one.number)
            for one in article.instructions
        ),
        number=number,
    )


def _addressee(imprint: SourceImprint, layout: Layout) -> tuple[str, str]:
    text = imprint.to_superior.strip() if layout.addressed else ""
    return (layout.words["addressee"], text) if text else ("", "")


def _imprint(imprint: SourceImprint, layout: Layout) -> Imprint:
    words = layout.words

    def labelled(*names: str) -> tuple[tuple[str, str], ...]:
        return tuple(
            (words[name], text) for name in names if (text := str(getattr(imprint, name)).strip())
        )

    above = ("to_superior",) if layout.addressed else ()
    copies = imprint.print_run if layout.print_run else 0
    return Imprint(
        recipients=labelled(*(one for one in layout.recipients if one not in above)),
        names=labelled(*layout.names),
        print_run=words["print_run"].format(n=copies) if copies else "",
    )
