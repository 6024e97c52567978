"""In this file an issue becomes one Markdown text, which any program of any day can read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from layouts.footnotes import FENCE, REFERENCE
from layouts.source import Source, SourceArticle

HEADING = re.compile(r"#{1,6}(?= )")
ABOVE = 3
"""Headings that stand above those of an article: the issue's, its section's, its own."""
DEEPEST = 6


def as_markdown(source: Source, number_line: str) -> str:
    """The whole issue: what the masthead says, every article as it was written, the imprint."""
    head = (source.handling, source.copy_number, source.urgency)
    lines = [
        f"# {source.serial}",
        "　".join(filter(None, (number_line.strip(), source.office, source.date))),
        "　".join(filter(None, head)),
        source.correction,
        _own(source.editor_note, "note"),
    ]
    for section in source.sections:
        lines.append(f"## {section.title}" if section.title and section.articles else "")
        lines += [text for article in section.articles for text in _article(article)]
    return "\n\n".join(line for line in (*lines, *_imprint(source)) if line) + "\n"


def _article(article: SourceArticle) -> Iterator[str]:
    stage = f"（{article.stage}）" if article.stage else ""
    yield f"### {article.title}{stage}"
    for one in article.instructions:
        behind = "，".join(filter(None, (one.number, one.date)))
        yield f"> {one.post}{one.leader}：{one.text}" + (f"（{behind}）" if behind else "")
    yield _own(article.body, article.id)
    yield f"（{article.source_line}）" if article.source_line else ""


def _own(text: str, name: str) -> str:
    """A text with its headings below the article's and footnotes that are named like no other's."""
    fenced, lines = False, []
    for line in text.strip().split("\n"):
        if FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            line = re.sub(REFERENCE, rf"[^{name}-\1]", line)  # noqa: PLW2901 - the line as it is kept
            if heading := HEADING.match(line):
                line = "#" * min(len(heading[0]) + ABOVE, DEEPEST) + line[heading.end() :]  # noqa: PLW2901
        lines.append(line)
    return "\n".join(lines)


def _imprint(source: Source) -> Iterator[str]:
    one = source.imprint
    for label, text in (
        ("报", one.to_superior), ("送", one.to_peer), ("发", one.to_subordinate),
        ("本期增发", one.extra), ("签发", one.signer), ("核稿", one.checker),
        ("责任编辑", one.editor), ("电话", one.phone),
        ("印数", str(one.print_run) if one.print_run else ""),
    ):  # fmt: skip
        if text.strip():
            yield f"{label}：{text.strip()}"
