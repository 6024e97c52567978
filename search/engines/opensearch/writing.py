"""In this file the cluster's index is written: changes applied, a new index built and swapped in.

What instructions and cases lend is kept with the records they are about, each entry with who may
see it. So a change rewrites what it is about, too; one writer at a time, whichever the machine.
"""

from __future__ import annotations

import logging
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from search.analysis import Words
from search.engines.opensearch.cluster import Connection
from search.engines.opensearch.documents import document, lends, lent_by, plain, stored_record
from search.engines.opensearch.locking import Held, WriterLock
from search.engines.opensearch.schema import Body
from search.records import LENDERS, Change, Record, last_of_each

logger = logging.getLogger(__name__)

AT_ONCE = 200
"""Records built, sent and read together."""

Thing = TypeVar("Thing")

Lent = Mapping[str, Sequence[Body]]
"""By record what others lend to it."""


class Writer:
    """Writes the index of one office."""

    def __init__(self, connection: Connection, words: Words, lock_seconds: float) -> None:
        self._connection = connection
        self._words = words
        self._lock = WriterLock(connection, lock_seconds)

    def apply(self, changes: Sequence[Change]) -> None:
        """Bring the changes into the index; raises `IndexBusy`, or `EngineAway` halfway.

        Applying them again does no harm, and mends what was left halfway.
        """
        if not changes:
            return
        self._connection.ensure()
        with self._lock.held() as held:
            last = last_of_each(changes)
            records = {one.id: one for one in last.values() if one is not None}
            former = list(self._records(last))
            touched = {target for one in [*former, *records.values()] for target in lends(one)}
            for one in self._records(touched - last.keys()):
                records[one.id] = one
            lent = self._lent_to(records, last)
            gone = [key for key, record in last.items() if record is None]
            self._write(self._documents(records.values(), lent), held)
            self._connection.write({"_op_type": "delete", "_id": plain(key)} for key in gone)
            self._connection.refresh(self._connection.alias)
        logger.info("Applied %d changes to the index on the cluster", len(changes))

    def rebuild(self, records: Iterable[Record], progress: Callable[[int], None]) -> int:
        """Build a new index beside the old one and put it in force; returns how many records.

        Readers use the old one until then. Changes wait: whoever applies them tries again later.
        """
        with self._lock.held() as held:
            index = f"{self._connection.alias}-{uuid.uuid4().hex[:12]}"
            self._drop_leftovers()
            self._connection.create(index)
            try:
                count = self._fill(index, records, progress, held)
            except BaseException:
                self._connection.drop([index])
                raise
            self._connection.refresh(index)
            self._connection.put_in_force(index)
        logger.info("Rebuilt the index on the cluster with %d records", count)
        return count

    def _drop_leftovers(self) -> None:
        """Take away what a builder that died has left."""
        indices = self._connection.indices()
        self._connection.drop(name for name, aliases in indices.items() if not aliases)

    def _fill(
        self,
        index: str,
        records: Iterable[Record],
        progress: Callable[[int], None],
        held: Held,
    ) -> int:
        lent: dict[str, list[Body]] = defaultdict(list)

        def noticed() -> Iterator[Record]:
            for one in records:
                entry = lent_by(one)
                for target in lends(one) if entry else ():
                    lent[target].append(entry)  # type: ignore[arg-type]  # it is not None here
                yield one

        count = 0
        for batch in _batches(noticed()):
            self._write(self._documents(batch, {}), held, index=index)
            count += len(batch)
            progress(count)
        if lent:
            self._connection.refresh(index)
            for keys in _batches(lent):
                targets = self._records(keys, index=index)
                self._write(self._documents(targets, lent), held, index=index)
        return count

    def _documents(self, records: Iterable[Record], lent: Lent) -> Iterator[Body]:
        for one in records:
            made = document(one, lent.get(one.id, ()), self._words)
            yield {"_op_type": "index", "_id": made["id"], "_source": made}

    def _write(self, documents: Iterable[Body], held: Held, *, index: str = "") -> None:
        for batch in _batches(documents):
            held()
            self._connection.write(batch, index=index)

    def _records(self, keys: Iterable[str], *, index: str = "") -> Iterator[Record]:
        """The records of these ids as they are indexed, whoever may see them."""
        for batch in _batches(keys):
            body = {"ids": [plain(key) for key in batch]}
            found = self._connection.ask(
                lambda client, body=body: client.mget(  # type: ignore[misc]  # bound at once
                    body=body, index=index or self._connection.alias, params={"_source": "stored"}
                )
            )
            yield from (stored_record(one["_source"]) for one in found["docs"] if one.get("found"))

    def _lent_to(
        self, records: Mapping[str, Record], last: Mapping[str, Record | None]
    ) -> Mapping[str, Sequence[Body]]:
        """What is lent to these records, by what is indexed and what comes with the changes."""
        lenders = {one.id: one for one in self._lenders_of(records) if one.id not in last}
        lenders |= {key: one for key, one in last.items() if one is not None}
        lent: dict[str, list[Body]] = defaultdict(list)
        for one in lenders.values():
            entry = lent_by(one)
            for target in lends(one) if entry else ():
                if target in records:
                    lent[target].append(entry)  # type: ignore[arg-type]  # it is not None here
        return lent

    def _lenders_of(self, records: Iterable[str]) -> Iterator[Record]:
        for keys in _batches(records):
            asked = [
                {"terms": {"about": [plain(key) for key in keys]}},
                {"terms": {"kind": sorted(LENDERS)}},
            ]
            body = {
                "query": {"bool": {"filter": asked}},
                "sort": [{"id": "asc"}],
                "_source": ["stored"],
            }
            yield from (
                stored_record(one["_source"]) for one in self._connection.every(body, at_once=1000)
            )


def _batches(things: Iterable[Thing]) -> Iterator[list[Thing]]:
    every = iter(things)
    while batch := list(islice(every, AT_ONCE)):
        yield batch
