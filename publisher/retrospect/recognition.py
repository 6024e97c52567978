"""In this file paragraphs become an old issue: masthead, contents, items, imprint.

What cannot be told for certain is said as a doubt by its code; `words.py` has the sentence of each.
Nothing is guessed silently: an issue without doubts was read by rules that all agreed.
"""

from __future__ import annotations

from collections.abc import Sequence

from publisher.retrospect.articles import articles_of, markdown
from publisher.retrospect.contents import by_contents, read_contents
from publisher.retrospect.drafts import Article, Draft, Known
from publisher.retrospect.imprints import read_imprint
from publisher.retrospect.mastheads import nearest, read_masthead
from publisher.retrospect.paragraphs import Extract, Paragraph, body_look
from publisher.retrospect.titles import Title, by_look, by_numbers, clean

FEWEST = 30
"""Scanned pages with fewer characters than this say nothing: a page number, a stamp."""


def recognise(extract: Extract, known: Known) -> Draft:
    """Read an old issue out of its paragraphs."""
    draft = Draft()
    paragraphs = list(extract.paragraphs)
    characters = sum(len(one.tight) for one in paragraphs)
    if characters == 0 or (extract.scanned and characters < FEWEST):
        draft.doubts["scan"] = ""
        return draft
    after = read_masthead(paragraphs, draft, known)
    if extract.scanned:
        draft.serial = nearest(draft.serial, known)
    end = read_imprint(paragraphs, after, draft)
    body = paragraphs[after:end]
    entries, begin = read_contents(body)
    body = body[begin:]
    found = by_contents(body, entries, known) if entries else by_look(body, known)
    if not found and entries:
        draft.doubts["contents"] = "；".join(entries)[:300]
        found = by_look(body, known)
    if not found and (found := by_numbers(body)):
        draft.doubts["numbered"] = ""
    draft.articles = list(articles_of(body, found))
    doubt_masthead(draft, known)
    _doubt(draft, body, found)
    if extract.scanned:
        draft.doubts["ocr"] = ""
        draft.unsure = list(extract.unsure)
    if extract.notes:
        draft.doubts["notes"] = " ".join(extract.notes)
    return draft


def doubt_masthead(draft: Draft, known: Known) -> None:
    """Say what of the masthead a person should look at."""
    if draft.serial not in known.serials:
        draft.doubts["serial"] = draft.serial
    if draft.number is None:
        draft.doubts.setdefault("number", "")
    if not draft.dated_on:
        draft.doubts.setdefault("date", "")
    elif draft.year is not None and draft.day is not None and draft.day.year != draft.year:
        draft.doubts["year"] = f"{draft.year} / {draft.dated_on}"


def _doubt(draft: Draft, body: Sequence[Paragraph], found: Sequence[Title]) -> None:
    """Say what of the items a person should look at."""
    if not draft.articles:
        draft.doubts["articles"] = ""
        whole = "\n\n".join(markdown(one, body_look(body)) for one in body)
        first = next((clean(one.text) for one in body), "")
        draft.articles = [Article(first[:300], whole)]
        return
    empty = [one.title for one in draft.articles if not one.body.strip()]
    if empty:
        draft.doubts["empty"] = "；".join(empty)[:300]
    before = [one for one in body[: found[0].begin] if len(one.tight) > 40]
    if before:
        draft.doubts["before"] = before[0].text[:100]
