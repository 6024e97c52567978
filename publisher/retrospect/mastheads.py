"""In this file a masthead is read: serial, number, running total, date, office."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from rapidfuzz import fuzz, process

from publisher.retrospect.drafts import Draft, Known
from publisher.retrospect.numerals import CHINESE, count, plain
from publisher.retrospect.paragraphs import Paragraph, is_text

LIKE = 60
"""Of 100: two of three characters the same."""
HEAD = 24
"""A masthead ends within so many paragraphs."""
NUMBER = re.compile(rf"(增刊)?第?\(?(\d{{1,5}}|[{CHINESE}]{{1,8}})\)?期")
TOTAL = re.compile(rf"总(?:第)?\(?(\d{{1,6}}|[{CHINESE}]{{1,9}})\)?期")
YEAR = re.compile(r"[〔\[(]?((?:19|20)\d\d)[〕\])]?年?")
DATE = re.compile(
    rf"((?:19|20)\d\d|[〇零○一二三四五六七八九]{{4}})年(\d{{1,2}}|[{CHINESE}]{{1,3}})月"
    rf"(\d{{1,2}}|[{CHINESE}]{{1,3}})日"
)


def read_masthead(paragraphs: Sequence[Paragraph], draft: Draft, known: Known) -> int:
    """Read the masthead; gives where the body begins."""
    head = paragraphs[:HEAD]
    at = next((n for n, one in enumerate(head) if _is_number(one)), None)
    if at is None:
        draft.doubts["number"] = ""
    else:
        _read_number(plain(head[at].text), draft)
    dated = next(
        (
            n
            for n, one in enumerate(head)
            if DATE.search(plain(one.text)) and len(one.tight) < 70 and not is_text(one)
        ),
        None,
    )
    if dated is not None:
        _read_date(head[dated].text, draft)
    draft.serial = _serial(head, at, dated, known)
    last = max([one for one in (at, dated) if one is not None], default=-1)
    if last < 0 and draft.serial:
        last = next(n for n, one in enumerate(head) if draft.serial in plain(one.text))
    draft.handling = next(
        (
            one.text.strip()
            for one in head[: last + 1]
            if re.search(r"内部|注意保存|参阅", one.text)
        ),
        "",
    )[:60]
    if not draft.office:
        draft.office = next(
            (
                one.text.strip()
                for one in head[: last + 1]
                if re.search(r"(室|局|委|部|处|科)编?印?$", one.tight)
            ),
            "",
        )[:120]
    return last + 1


def _is_number(one: Paragraph) -> bool:
    text = plain(one.text)
    return len(text) <= 60 and bool(NUMBER.search(text)) and not is_text(one)


def _read_number(text: str, draft: Draft) -> None:
    total = TOTAL.search(text)
    if total:
        draft.total = count(total[1])
        text = text.replace(total[0], "")
    if number := NUMBER.search(text):
        draft.number = count(number[2])
        draft.supplement = bool(number[1])
        if year := YEAR.search(text[: number.start()]):
            draft.year = int(year[1])
    draft.supplement = draft.supplement or "增刊" in text


def _read_date(text: str, draft: Draft) -> None:
    found = DATE.search(plain(text))
    if not found:
        return
    year, month, day = (count(part) or 0 for part in found.groups())
    try:
        draft.dated_on = date(year, month, day).isoformat()
    except ValueError:
        draft.doubts["date"] = found[0]
    office = plain(text)[: found.start()]
    office = re.sub(r"^.*期\)?", "", office)
    draft.office = office.strip(":，, ")[:120]


def _serial(head: Sequence[Paragraph], at: int | None, dated: int | None, known: Known) -> str:
    """The serial's name: one that the office knows, else the largest words above the number."""
    until = max([one for one in (at, dated) if one is not None], default=HEAD - 1) + 1
    above = [one for one in head[:until] if one.tight]
    for name in sorted(known.serials, key=len, reverse=True):
        if any(_names(one, name) for one in above):
            return name
    before = [one for one in (head[:at] if at is not None else above) if not is_text(one)]
    largest = max(before, key=lambda one: (one.size, one.centred), default=None)
    return plain(largest.text).strip("《》")[:60] if largest is not None else ""


def nearest(name: str, known: Known) -> str:
    """The serial whose name was read with a character missing or wrong, else the name as it is."""
    if name in known.serials:
        return name
    found = process.extractOne(name, known.serials, scorer=fuzz.ratio, score_cutoff=LIKE)
    return found[0] if found else name


def _names(one: Paragraph, name: str) -> bool:
    text, wanted = plain(one.text), plain(name)
    return text.strip("《》") == wanted or (
        len(text) < 60 and (text.startswith(wanted) or f"《{wanted}》" in text) and not is_text(one)
    )
