"""In this file we say what every engine can do, and open the one in use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from search.analysis import words_with
from search.query import Query
from search.records import Change, Filters, Record, Report, Results, Sort, Suggestion

if TYPE_CHECKING:
    from search.engines.whoosh.engine import WhooshEngine

LOCK_SECONDS = 30.0
"""How long a writer waits for another to finish."""


class Engine(Protocol):
    """What the publisher asks of an engine."""

    def apply(self, changes: Sequence[Change]) -> None:
        """Bring changes into the index, all or none."""

    def tidy(self) -> int:
        """Do some background merging; returns 0 when there is nothing left to do."""

    def search(
        self,
        query: Query,
        *,
        readers: frozenset[str],
        filters: Filters | None = None,
        page: int = 1,
        per_page: int = 20,
        sort: Sort = "relevance",
        grouped: bool = False,
    ) -> Results:
        """One page of what somebody holding these access tokens may find."""

    def suggest(
        self, prefix: str, readers: frozenset[str], *, most: int = 10
    ) -> tuple[Suggestion, ...]:
        """Completions of what was typed, out of what the reader may see."""

    def check(self, expected: Iterable[tuple[str, str]]) -> Report:
        """Hold the index against the expected pairs of record id and digest."""


def open_engine(
    path: Path, *, names: Iterable[str] = (), lock_seconds: float = LOCK_SECONDS
) -> WhooshEngine:
    """The embedded engine on the index at `path`, which is made if it is missing.

    `names` of units, leaders and serials improve the ranking. One engine serves all threads of a
    process; it notices by itself when another process has written.
    """
    # Loaded where it is opened: a command that searches nothing starts without the engine.
    from search.engines.whoosh.engine import WhooshEngine  # noqa: PLC0415

    return WhooshEngine(path, names=names, lock_seconds=lock_seconds)


def rebuild(
    path: Path,
    records: Iterable[Record],
    *,
    names: Iterable[str] = (),
    progress: Callable[[int], None] = lambda _: None,
    lock_seconds: float = LOCK_SECONDS,
) -> int:
    """Build the index at `path` anew and swap it in at once; returns how many records it has.

    Works whatever lies there: an outdated or damaged index, or none.
    """
    from search.engines.whoosh.folder import IndexFolder  # noqa: PLC0415 - see above
    from search.engines.whoosh.writing import IndexWriter  # noqa: PLC0415

    writer = IndexWriter(IndexFolder(path), words_with(frozenset(names)), lock_seconds)
    return writer.rebuild(records, progress)
