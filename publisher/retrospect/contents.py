"""In this file the contents are read, and each entry's title is found in the body."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from publisher.retrospect.drafts import Known
from publisher.retrospect.numerals import plain
from publisher.retrospect.paragraphs import Paragraph, is_text
from publisher.retrospect.titles import (
    ENTRY,
    LONGEST_TITLE,
    SOURCE,
    Title,
    bare,
    clean,
    goes_on_row,
    numbers_of,
    printed,
)

CONTENTS = re.compile(r"^[【\[]?(本期|本刊)?(目录|目次|要目|导读|内容|提要)[】\]]?[:]?$")
PAGE_NUMBER = re.compile(r"[\s.…·．\-—⋯]*[(（]?\s*\d{1,3}\s*[)）]?\s*$")
LINES = 7
"""An entry takes no more."""
PAGED = re.compile(r"(?:[.…·．⋯]{2,}|\t|\u3000)\s*\d{1,3}\s*$|[(（]\s*\d{1,3}\s*[)）]\s*$")
"""How an entry ends that names its page."""
LEADERS = re.compile(r"[.…·．⋯]{2,}|\t")


def read_contents(body: Sequence[Paragraph]) -> tuple[list[str], int]:
    """The entries of the contents, and where they end; none where there are no contents."""
    at = next((n for n, one in enumerate(body[:8]) if CONTENTS.match(plain(one.text))), None)
    if at is None:
        return [], 0
    listed: list[str] = []
    end = at + 1
    marked = bool(body[end:]) and bool(ENTRY.match(body[end].text))
    for n in range(end, len(body)):
        one, text = body[n], _entry(body[n].text)
        if _begins_anew(one, listed) or one.tight.endswith("。"):
            break
        if len(one.tight) > LONGEST_TITLE or _have_ended(body, at + 1, n):
            break
        goes_on = bool(listed) and marked and not _opens(one.text, listed)
        if goes_on and not _looks_like(one, body[at + 1]):
            if not _is_new_entry(body[n + 1 : n + 2], listed):
                break
            listed.append(text)
        elif goes_on:
            listed[-1] += text
        else:
            listed.append(text)
        end = n + 1
    return [one for one in listed if bare(one)], end


def _have_ended(body: Sequence[Paragraph], begin: int, n: int) -> bool:
    """Whether entries ended with their pages so far, and nothing that follows soon does."""
    paged = any(PAGED.search(one.text) for one in body[begin:n])
    return paged and not any(PAGED.search(one.text) for one in body[n : n + LINES])


def _looks_like(one: Paragraph, other: Paragraph) -> bool:
    same_place = one.centred == other.centred or len(one.tight) > 14
    return abs(one.size - other.size) <= 1 and same_place


def _is_new_entry(following: Sequence[Paragraph], listed: Sequence[str]) -> bool:
    """Whether the contents go on behind a section's name."""
    known = [bare(one) for one in listed]
    return any(
        _opens(one.text, listed)
        and not any(title.startswith(bare(_entry(one.text))) for title in known)
        for one in following
    )


def _opens(text: str, listed: Sequence[str]) -> bool:
    """Whether a line of the contents is a new entry, not the second line of the one above."""
    return bool(ENTRY.match(text)) or goes_on_row(text, listed)


def _entry(text: str) -> str:
    """An entry of the contents without dots and page number."""
    text = text.replace("\n", "").strip()
    if LEADERS.search(text) or re.search(r"[(（]\s*\d{1,3}\s*[)）]\s*$", text):
        text = PAGE_NUMBER.sub("", text)
    return LEADERS.sub("", text) if not ENTRY.match(text) else re.sub(r"[.…·．⋯]{2,}", "", text)


def _begins_anew(one: Paragraph, listed: Sequence[str]) -> bool:
    """Whether the body begins: with a title or a section that the contents have named."""
    if not listed:
        return False
    entries = [
        {bare(entry), bare(entry, number)}
        for entry, number in zip(listed, numbers_of(listed), strict=True)
    ]
    # The first title bears the first number again.
    texts = {bare(one.text), bare(one.text, int(goes_on_row(one.text, ())))} - {""}
    first, last = entries[0], entries[-1]
    if texts & first:
        return True
    begins = any(title.startswith(text) for text in texts if len(text) >= 4 for title in first)
    return (begins and last != first) or (len(listed) > 1 and bool(texts & set().union(*entries)))


def by_contents(body: Sequence[Paragraph], entries: Sequence[str], known: Known) -> list[Title]:
    """Each entry's title in the body, in order; nothing where one is not found."""
    found: list[Title] = []
    section, at = "", 0
    for entry, number in zip(entries, numbers_of(entries), strict=True):
        place = _find(body, bare(entry, number), at, number)
        if place is None:
            if _is_section_name(entry, known):
                continue
            return []
        begin, end = place
        for n in range(at, begin):
            if _stands_alone(body, n, begin) and len(body[n].tight) <= 14:
                section = body[n].tight.strip("【】[]〔〕")
        text = clean(printed(body, begin, end), number)
        if _is_section(body, end, entries, entry, known):
            section = bare(text).strip("【】[]〔〕")
        else:
            found.append(Title(begin, end, text, section))
        at = end
    return found


def _is_section_name(entry: str, known: Known) -> bool:
    return bare(entry).strip("【】[]〔〕") in known.sections


def _is_section(
    body: Sequence[Paragraph],
    end: int,
    entries: Sequence[str],
    entry: str,
    known: Known,
) -> bool:
    """Whether a line the contents name is a section: another entry follows without any text."""
    if _is_section_name(entry, known):
        return True
    following = [bare(one) for one in entries[entries.index(entry) + 1 :][:1]]
    return bool(following) and end < len(body) and _matches(body, end, following[0]) is not None


def _stands_alone(body: Sequence[Paragraph], n: int, begin: int) -> bool:
    """Whether a short line stands right before a title, as a section's name does."""
    one = body[n]
    return n == begin - 1 and not is_text(one) and not SOURCE.match(one.tight)


def _find(body: Sequence[Paragraph], wanted: str, at: int, number: int) -> tuple[int, int] | None:
    for n in range(at, len(body)):
        if (end := _matches(body, n, wanted, number)) is not None:
            return n, end
    return None


def _matches(body: Sequence[Paragraph], n: int, wanted: str, number: int = 0) -> int | None:
    """Where the title that begins at a paragraph ends, if it is the wanted one."""
    text = ""
    for end in range(n, min(n + 8, len(body))):
        text += bare(body[end].text, number) if end == n else body[end].tight
        if text == wanted or (
            len(wanted) > 10 and abs(len(text) - len(wanted)) < 4 and fuzz.ratio(text, wanted) >= 94
        ):
            return end + 1
        if not wanted.startswith(text[: max(4, len(text) - 2)]):
            return None
    return None
