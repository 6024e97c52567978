"""In this file the paragraphs between two titles become an item: Markdown and who sent it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from publisher.retrospect.drafts import Article
from publisher.retrospect.numerals import CHINESE
from publisher.retrospect.paragraphs import Look, Paragraph, body_look
from publisher.retrospect.titles import SOURCE, Title

SOURCE_WORDS = re.compile(r"供稿|报送|报道|来稿|提供|撰稿|整理|执笔|作者")


def articles_of(body: Sequence[Paragraph], titles: Sequence[Title]) -> Iterator[Article]:
    """The items between the titles, each with its text, section and contributor."""
    usual = body_look(body)
    for title, following in zip(titles, [*titles[1:], None], strict=False):
        until = following.begin if following else len(body)
        paragraphs = list(body[title.end : until])
        if following and paragraphs and following.section != title.section:
            last = paragraphs[-1]
            if last.tight.strip("【】[]〔〕") == following.section:
                paragraphs.pop()
        source = _source(paragraphs)
        text = "\n\n".join(markdown(one, usual) for one in paragraphs)
        yield Article(title.text[:300], text, source, title.section)


def _source(paragraphs: list[Paragraph]) -> str:
    """Take the line that says who sent it off the end of an item."""
    if not paragraphs:
        return ""
    last = paragraphs[-1]
    found = SOURCE.match(last.tight)
    if found and (last.right or SOURCE_WORDS.search(last.tight)):
        paragraphs.pop()
        return found[1][:200]
    return ""


def markdown(one: Paragraph, usual: Look) -> str:
    """A paragraph as Markdown says it, its own signs meant literally."""
    if one.in_table:
        return " | ".join(escaped(cell) for cell in one.text.split("\t"))
    text = escaped(" ".join(one.text.split()))
    if len(one.tight) < 50 and not one.tight.endswith("。") and one.look != usual:
        if re.match(rf"\s*[{CHINESE}]{{1,3}}、", one.text):
            return f"## {text}"
        if re.match(rf"\s*[(（][{CHINESE}]{{1,3}}[)）]", one.text):
            return f"### {text}"
    return text


def escaped(text: str) -> str:
    """A text whose signs Markdown is not to read."""
    text = re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", text)
    return re.sub(r"^(\d+)\.(\s)", r"\1\\.\2", re.sub(r"^([-+])(\s)", r"\\\1\2", text))
