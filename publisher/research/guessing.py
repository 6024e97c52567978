"""In this file we guess what somebody may have meant: a day, or words with one character wrong."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import search
from search.analysis import is_han

FEWEST, MOST = 4, 8
"""Characters of what is taken for one misspelt name; of three, two say too little."""
MOSTLY = 0.5
"""Of what stands at the doubtful place, so much must be the same to be offered."""
_DATED = re.compile(r"[0-9]{4}\s*(?:年|[-/.])\s*[0-9]{1,2}.*")
Ask = Callable[[search.Query], search.Results]


def day_meant(words: str, ask: Ask) -> tuple[search.Suggestion, ...]:
    """The search by date, where all that was typed is a day or a month: 2023年5月8日."""
    typed = words.strip()
    if not _DATED.fullmatch(typed) or search.days_between(typed) is None:
        return ()
    text = f"日期:{''.join(typed.split())}"
    total = ask(search.parse(text)).total
    return (search.Suggestion(text, total, "date"),) if total else ()


def words_meant(words: str, ask: Ask) -> tuple[search.Suggestion, ...]:
    """What stands in records with one character other than typed, where nothing has it as typed."""
    typed = words.strip()
    if not FEWEST <= len(typed) <= MOST or not all(map(is_han, typed)):
        return ()
    found: Counter[str] = Counter()
    for place in range(len(typed)):
        before, behind = typed[:place], typed[place + 1 :]
        results = ask(search.parse(f"{before}?{behind}" if before and behind else before + behind))
        if not results.total:
            continue
        pattern = re.compile(f"{before}(?P<other>.){behind}")
        seen = Counter(
            match.group()
            for hit in results.hits
            for match in pattern.finditer(f"{hit.record.title}\n{hit.record.text}")
            if is_han(match["other"])
        )
        if seen and seen.most_common(1)[0][1] >= MOSTLY * seen.total():
            found.update(dict(seen.most_common(1)))
    return tuple(
        search.Suggestion(text, total, "word")
        for text, _times in found.most_common(2)
        if (total := ask(search.parse(text)).total)
    )
