"""In this file an issue of this program's press is read from the source its PDF carries.

A file is not believed for what it says of itself: its source counts only where masthead, titles and
text of the source are what the pages print, and the pages print nothing else. Any other PDF is read
from its pages alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from publisher.publication import press
from publisher.retrospect.drafts import Article, Draft, Known
from publisher.retrospect.numerals import plain
from publisher.retrospect.paragraphs import Extract
from publisher.retrospect.recognition import doubt_masthead

RUN = 5
"""Characters in a row that are compared; breaks of lines and pages part few of them."""
SAME = 0.95
"""The share of a text's runs that has to be on the pages."""
LABELS = 60
"""Chinese characters on the pages that the source need not have: 本期要目, 签发, 共印, 份."""
OTHER = 0.02
"""The share of the pages' characters that it need not have besides."""
HAN = re.compile(r"[^\u3400-\u9fff]")
PICTURE = re.compile(r"!\[([^\]]*)\]\(photo:[^)]*\)")


def read_carried(extract: Extract, known: Known) -> Draft | None:
    """The issue as its own source says it; none without one, or where the pages say otherwise."""
    source = press.read_issue(extract.source) if extract.source else None
    if source is None or not _is_printed(source, extract):
        return None
    articles = [
        Article(
            _title(article)[:300],
            _body(article),
            article["source_line"][:200],
            section["title"],
        )
        for section in source["sections"]
        for article in section["articles"]
    ]
    if not articles:
        return None
    imprint = {name: str(said) for name, said in source["imprint"].items() if said}
    draft = Draft(
        serial=source["serial"],
        number=source["number"],
        total=source["total"],
        year=source["year"],
        supplement=source["series"] == "supplement",
        dated_on=source["date"],
        office=source["office"],
        handling=source["handling"],
        articles=articles,
        imprint=imprint,
    )
    doubt_masthead(draft, known)
    if empty := [one.title for one in articles if not one.body.strip()]:
        draft.doubts["empty"] = "；".join(empty)[:300]
    if extract.notes:
        draft.doubts["notes"] = " ".join(extract.notes)
    return draft


def _title(article: Mapping[str, Any]) -> str:
    """A title as it is printed, its place in a series of reports behind it."""
    title = " ".join(article["title"].split())
    return f"{title}（{article['stage']}）" if article["stage"] else title


def _body(article: Mapping[str, Any]) -> str:
    """An item's text; a leader's words quoted before it are part of it, pictures their captions."""
    quoted = [
        f"{one['post']}{one['leader']}：{one['text']}{one['date']}"
        for one in article["instructions"]
    ]
    return "\n\n".join([*quoted, PICTURE.sub(r"\1", article["body"]).strip()]).strip()


def _is_printed(source: Mapping[str, Any], extract: Extract) -> bool:
    """Whether the pages print what the source says, and nothing else."""
    pages = "".join(plain(one.text) for one in extract.paragraphs)
    articles = [one for section in source["sections"] for one in section["articles"]]
    year, month, day = source["date"].split("-")
    lines = [source["serial"], f"{year}年{int(month)}月{int(day)}日", source["number_line"]]
    lines += [f"第{source['number']}期"] if not source["number_line"] and source["number"] else []
    if any(plain(line) not in pages for line in lines):
        return False
    at = 0
    for article in articles:
        found = pages.find(plain(article["title"]), at)
        if found < 0:
            return False
        at = found
    printed = _runs(HAN.sub("", pages))
    if any(_share(_runs(HAN.sub("", _body(one))), printed) < SAME for one in articles):
        return False
    return _is_all(HAN.sub("", pages), [HAN.sub("", one) for one in _words(source)])


def _is_all(pages: str, said: Sequence[str]) -> bool:
    """Whether the source says all that the pages print, but for labels."""
    runs = {run for one in said for run in _runs(one)}
    known = bytearray(len(pages))
    for at in range(len(pages) - RUN + 1):
        if pages[at : at + RUN] in runs:
            known[at : at + RUN] = b"1" * RUN
    return known.count(0) <= LABELS + OTHER * len(pages)


def _words(value: Any) -> list[str]:
    """Every text in a source."""
    if isinstance(value, Mapping):
        return [word for one in value.values() for word in _words(one)]
    if isinstance(value, list):
        return [word for one in value for word in _words(one)]
    return [value] if isinstance(value, str) else []


def _runs(text: str) -> set[str]:
    return {text[at : at + RUN] for at in range(len(text) - RUN + 1)}


def _share(these: set[str], those: set[str]) -> float:
    return len(these & those) / len(these) if these else 1.0
