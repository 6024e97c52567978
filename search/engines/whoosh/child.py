"""In this file a process of its own builds segments: `builders.py` starts it and tells it what.

It reads lines of JSON: first the names to be known, then for each segment where to write it and how
many records follow, and these. It answers each with a line, and ends when nothing more can come.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TextIO

from search.analysis import words_with
from search.engines.whoosh.building import SegmentBuilder
from search.records import Record


def main() -> None:
    """Build what is asked for."""
    answers, sys.stdout = sys.stdout, sys.stderr
    words = words_with(frozenset(json.loads(sys.stdin.readline())))
    for line in sys.stdin:
        order = json.loads(line)
        # All are taken before the first is looked at: who gives them has others to give.
        given = [sys.stdin.readline() for _ in range(order["records"])]
        builder = SegmentBuilder(words)
        for one in given:
            builder.add(Record.from_json(json.loads(one)))
        _answer(answers, _written(builder, Path(order["path"])))


def _written(builder: SegmentBuilder, path: Path) -> dict[str, object]:
    try:
        builder.write(path)
    except OSError as error:
        return {"errno": error.errno, "reason": error.strerror}
    return {"documents": builder.doc_count}


def _answer(answers: TextIO, what: dict[str, object]) -> None:
    answers.write(json.dumps(what) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
