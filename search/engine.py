"""In this file we say what every engine can do, and open the one in use.

Two engines answer alike: the embedded one in a folder of this machine, and a cluster of OpenSearch
for offices on several machines. Whoever asks knows neither: a place is opened, and an `Engine` had.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from search.errors import EngineAway
from search.query import Query
from search.records import (
    Alike,
    Change,
    Filters,
    Hit,
    Record,
    Report,
    Results,
    Sort,
    Suggestion,
)
from search.weights import MOST_SUGGESTIONS

LOCK_SECONDS = 30.0
"""How long a writer waits for another to finish."""


@dataclass(frozen=True)
class Cluster:
    """Where a cluster of OpenSearch is, and how to speak to it."""

    addresses: tuple[str, ...]
    """https://host:9200 and the like; any of them will do."""
    name: str = "jianbao"
    """What the names of this office's indices begin with: small letters, digits, - and _."""
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""
    """The certificate of the authority that signed the cluster's; empty for the machine's own."""
    seconds: float = 10.0
    """How long one question may take."""


Place = Path | Cluster
"""A folder of this machine, or a cluster."""


class Engine(Protocol):
    """What the publisher asks of an engine.

    `readers` are always the access tokens of the person who asks: what he may not see is neither
    found nor counted, suggested, lent or shown.
    """

    # Writing.

    def apply(self, changes: Sequence[Change]) -> None:
        """Bring changes into the index; doing it again, or again after a failure, does no harm."""

    def tidy(self) -> int:
        """Do some background merging; returns 0 when there is nothing left to do."""

    def rebuild(
        self, records: Iterable[Record], progress: Callable[[int], None] = lambda _: None
    ) -> int:
        """Build the index anew beside the old one and swap it in; returns how many records."""

    # Reading.

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

    def matching_ids(
        self, query: Query, readers: frozenset[str], filters: Filters | None = None
    ) -> frozenset[str]:
        """The ids of everything a query finds, without order or limit."""

    def months(
        self, query: Query, readers: frozenset[str], *, by: str, filters: Filters | None = None
    ) -> dict[str, dict[int, int]]:
        """How many records a query finds in each month (202603), for every value of a facet."""

    def alike(
        self, text: str, readers: frozenset[str], *, but: frozenset[str] = frozenset()
    ) -> tuple[Alike, ...]:
        """Items whose text is nearly this one, the nearest first; the ids `but` left out."""

    def related(
        self, record: Record, readers: frozenset[str], *, most: int = 6
    ) -> tuple[Record, ...]:
        """Items on the same matter as a record: those that share its rarest words."""

    def suggest(
        self, prefix: str, readers: frozenset[str], *, most: int = MOST_SUGGESTIONS
    ) -> tuple[Suggestion, ...]:
        """Completions of what was typed, out of what the reader may see."""

    def values(
        self, facet: str, wanted: str, readers: frozenset[str], *, most: int = MOST_SUGGESTIONS
    ) -> tuple[Suggestion, ...]:
        """The values of a facet that contain what was typed, the most frequent first."""

    def near_names(
        self, typed: str, readers: frozenset[str], *, most: int = 3
    ) -> tuple[Suggestion, ...]:
        """Names of units, serials and leaders nearly as typed: what may have been meant."""

    def hits(self, ids: Iterable[str], readers: frozenset[str]) -> dict[str, Hit]:
        """The records of these ids as hits without words, as far as the reader may see them."""

    def record(self, record_id: str, readers: frozenset[str]) -> Record | None:
        """The record of this id as indexed, if the reader may see it."""

    def check(self, expected: Iterable[tuple[str, str]]) -> Report:
        """Hold the index against the expected pairs of record id and digest."""


def open_engine(
    place: Place, *, names: Iterable[str] = (), lock_seconds: float = LOCK_SECONDS
) -> Engine:
    """The engine at `place`, where an index is made if there is none.

    `names` of units, leaders and serials improve the ranking. One engine serves all threads of a
    process; it notices by itself when another process has written.
    """
    # Loaded where it is opened: a command that searches nothing starts without the engine.
    if isinstance(place, Cluster):
        return _on_cluster(place, frozenset(names), lock_seconds)
    from search.engines.whoosh.engine import WhooshEngine  # noqa: PLC0415

    return WhooshEngine(place, names=names, lock_seconds=lock_seconds)


@lru_cache(maxsize=4)
def _on_cluster(cluster: Cluster, names: frozenset[str], lock_seconds: float) -> Engine:
    """One engine for a process, for it keeps its connections."""
    try:
        from search.engines.opensearch.engine import OpenSearchEngine  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise EngineAway("本机没有它的客户端，请运行 deploy/install --opensearch") from error
    return OpenSearchEngine(cluster, names=names, lock_seconds=lock_seconds)


def rebuild(
    place: Place,
    records: Iterable[Record],
    *,
    names: Iterable[str] = (),
    progress: Callable[[int], None] = lambda _: None,
    lock_seconds: float = LOCK_SECONDS,
) -> int:
    """Build the index at `place` anew and swap it in at once; returns how many records it has.

    Works whatever lies there: an outdated or damaged index, or none.
    """
    if isinstance(place, Cluster):
        return _on_cluster(place, frozenset(names), lock_seconds).rebuild(records, progress)
    from search.analysis import words_with  # noqa: PLC0415 - see above
    from search.engines.whoosh.folder import IndexFolder  # noqa: PLC0415
    from search.engines.whoosh.writing import IndexWriter  # noqa: PLC0415

    writer = IndexWriter(IndexFolder(place), words_with(frozenset(names)), lock_seconds)
    return writer.rebuild(records, progress)
