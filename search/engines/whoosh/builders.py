"""In this file many records become segments, by several processes where the machine has them.

Taking texts apart is most of the work of a new index, and Python does it in one thread at a time:
so it is given to processes of their own. What fits into one segment is built here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from itertools import chain
from pathlib import Path

from search.analysis import Words
from search.engines.whoosh.building import LARGEST, SegmentBuilder
from search.errors import BuilderLost
from search.records import Record

MOST_CHARACTERS = 1_500_000
"""Characters of one segment's records; they make three million terms, 250 MB while sorted."""
PROCESSES = 2
"""Each takes half a gigabyte."""


def written(
    records: Iterable[Record], words: Words, new_path: Callable[[], Path]
) -> Iterator[tuple[Path, int]]:
    """Write the records as the files of segments; gives each with how many records it holds.

    Raises `BuilderLost` if a process ends before its work, and what the system says of the disk.
    """
    batches = _batches(records)
    begin = [batch for batch in (next(batches, []), next(batches, [])) if batch]
    if len(begin) < 2 or (os.cpu_count() or 1) < 2:
        for batch in chain(begin, batches):
            yield _written_here(batch, words, new_path())
        return
    with ExitStack() as running:
        builders = [running.enter_context(_Builder(words.names)) for _ in range(PROCESSES)]
        at_work: deque[_Builder] = deque()
        for place, batch in enumerate(chain(begin, batches)):
            done = at_work.popleft().result() if len(at_work) == len(builders) else None
            at_work.append(builders[place % len(builders)])
            at_work[-1].give(batch, new_path())  # it works on while the other's is put in its place
            if done:
                yield done
        for builder in at_work:
            yield builder.result()


def _batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    """As many records as make one segment."""
    batch: list[Record] = []
    characters = 0
    for record in records:
        batch.append(record)
        characters += len(record.title) + len(record.text)
        if characters >= MOST_CHARACTERS or len(batch) == LARGEST:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _written_here(records: Iterable[Record], words: Words, path: Path) -> tuple[Path, int]:
    builder = SegmentBuilder(words)
    for record in records:
        builder.add(record)
    builder.write(path)
    return path, builder.doc_count


class _Builder:
    """One child process; it takes a batch at a time, and ends with us."""

    def __init__(self, names: frozenset[str]) -> None:
        self._path = Path()
        self._child = subprocess.Popen(
            [sys.executable, "-m", "search.engines.whoosh.child"],
            cwd=Path(__file__).parents[3],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._untold: list[object] = [sorted(names)]

    def __enter__(self) -> _Builder:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.kill()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        self._child.wait()

    def give(self, batch: list[Record], path: Path) -> None:
        """Have a batch written to `path`."""
        self._path = path
        order = {"path": str(path), "records": len(batch)}
        self._tell(*self._untold, order, *(one.as_json() for one in batch))
        self._untold = []

    def result(self) -> tuple[Path, int]:
        """Where the batch given before was written, and how many records there are."""
        line = self._child.stdout.readline() if self._child.stdout else ""
        if not line:
            raise BuilderLost
        answer = json.loads(line)
        if "errno" in answer:
            raise OSError(answer["errno"], answer["reason"])
        return self._path, int(answer["documents"])

    def _tell(self, *what: object) -> None:
        if self._child.stdin is None:
            raise BuilderLost
        try:
            for one in what:
                self._child.stdin.write(json.dumps(one) + "\n")
            self._child.stdin.flush()
        except BrokenPipeError as error:
            raise BuilderLost from error
