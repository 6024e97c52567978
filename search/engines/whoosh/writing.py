"""In this file the index is written: changes applied, small segments merged, a new index built.

One writer at a time holds the lock. A change is a new small segment and marks on the documents it
replaces; nothing large is touched, so a change never waits for a merge. Merging (`tidy`) works
beside the index and takes the writer's lock only to put its result in force.
"""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import numpy as np

from search.analysis import Words
from search.engines.whoosh.builders import written
from search.engines.whoosh.building import LARGEST, SegmentBuilder, write_segment
from search.engines.whoosh.folder import Build, Entry, IndexFolder
from search.engines.whoosh.postings import Ints, merge
from search.engines.whoosh.schema import SCORED, STYLES
from search.engines.whoosh.segments import Segment
from search.errors import IndexUnwritable
from search.records import Change, Record, last_of_each

logger = logging.getLogger(__name__)

SMALL = 300
"""Documents of a segment that a change itself may merge."""
MOST_SMALL = 8
"""Small segments that may stand before a change merges them."""
SAME_SIZE = 4
"""Segments whose sizes differ by no more than this factor are merged together."""
MOST_DELETED = 0.3
"""The share of deleted documents from which a segment is written anew."""
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})
"""What the system says where a disk takes no more."""


class IndexWriter:
    """Writes one index folder."""

    def __init__(self, folder: IndexFolder, words: Words, lock_seconds: float) -> None:
        self._folder = folder
        self._words = words
        self._lock_seconds = lock_seconds
        self._opened: dict[Path, Segment] = {}

    def apply(self, changes: Sequence[Change]) -> None:
        """Bring the changes into the index in one commit; raises `IndexBusy`, `IndexUnwritable`."""
        if not changes:
            return
        with _full_disk_told(), self._folder.locked("writer", self._lock_seconds):
            build, contents = self._folder.opened()
            last = last_of_each(changes)
            segments = list(contents.segments)
            for segment, opened in zip(segments, self._open(build, segments), strict=True):
                _delete(segment, opened, last)
            records = [record for record in last.values() if record is not None]
            if records:
                segments.append(_written(build, records, self._words))
            segments = _without_empty(_merged_small(build, segments))
            build.commit(segments, contents.generation + 1)
        logger.info("Applied %d changes to the search index", len(changes))

    def _open(self, build: Build, segments: Sequence[Entry]) -> list[Segment]:
        """The segments' files. Opening holds them against their sums: it is done once for each."""
        paths = [build.segment_path(segment.segment_id()) for segment in segments]
        self._opened = {path: self._opened.get(path) or Segment(path) for path in paths}
        return list(self._opened.values())

    def tidy(self) -> int:
        """Merge segments of like size and drop deleted documents; returns how many were merged.

        Readers and writers go on meanwhile. Called from time to time in the background.
        """
        with _full_disk_told(), self._folder.locked("tidy", 0):
            with self._folder.locked("writer", self._lock_seconds):
                build, contents = self._folder.opened()
                self._folder.clear_leftovers(build)
            group = _worth_merging(contents.segments)
            if not group:
                return 0
            merged_path, new_docs = _merged_file(build, group)
            with self._folder.locked("writer", self._lock_seconds):
                return self._put_merged(build, group, merged_path, new_docs)

    def _put_merged(
        self, build: Build, group: list[Entry], path: Path, new_docs: list[Ints]
    ) -> int:
        now_build, contents = self._folder.opened()
        current = {segment.segment_id(): segment for segment in contents.segments}
        ids = [segment.segment_id() for segment in group]
        if now_build.path != build.path or any(name not in current for name in ids):
            path.unlink(missing_ok=True)  # rebuilt, or merged otherwise, in the meantime
            return 0
        merged = build.adopt(path, _count_kept(new_docs))
        for name, numbers in zip(ids, new_docs, strict=True):
            for doc in current[name].deleted_docs():
                if numbers[doc] >= 0:  # deleted while we merged
                    merged.delete_document(int(numbers[doc]))
        kept = [segment for segment in contents.segments if segment.segment_id() not in ids]
        build.commit(_without_empty([merged, *kept]), contents.generation + 1)
        self._opened.clear()  # so that the disk has their room again
        logger.info("Merged %d segments of the search index", len(group))
        return len(group)

    def rebuild(self, records: Iterable[Record], progress: Callable[[int], None]) -> int:
        """Build a new index beside the old one and put it in force; returns how many records.

        Readers use the old one until then. Changes wait: whoever applies them tries again later.
        """
        self._folder.path.mkdir(parents=True, exist_ok=True)
        with _full_disk_told(), self._folder.locked("writer", self._lock_seconds):
            build = self._folder.new_build()
            try:
                build.create()
                segments, count = self._segments_of(build, records, progress)
                build.commit(segments, 1)
            except BaseException:
                build.remove()
                raise
            self._folder.put_in_force(build)
            self._opened.clear()
        logger.info("Rebuilt the search index with %d records", count)
        return count

    def _segments_of(
        self, build: Build, records: Iterable[Record], progress: Callable[[int], None]
    ) -> tuple[list[Entry], int]:
        segments: list[Entry] = []
        group: list[Entry] = []
        count = 0
        for path, doc_count in written(records, self._words, build.new_path):
            count += doc_count
            if _doc_count(group) + doc_count > LARGEST:
                segments.append(_merged(build, group))
                group = []
            group.append(build.adopt(path, doc_count))
            progress(count)
        if group:
            segments.append(_merged(build, group))
        return segments, count


@contextmanager
def _full_disk_told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise IndexUnwritable(os.strerror(error.errno)) from error


def _written(build: Build, records: Iterable[Record], words: Words) -> Entry:
    builder = SegmentBuilder(words)
    for record in records:
        builder.add(record)
    path = build.new_path()
    builder.write(path)
    return build.adopt(path, builder.doc_count)


def _delete(segment: Entry, opened: Segment, changed: Mapping[str, object]) -> None:
    """Mark the documents of changed records."""
    for record_id in changed:
        doc = opened.doc_of(record_id)
        if doc is not None:
            segment.delete_document(doc)


def _merged_small(build: Build, segments: list[Entry]) -> list[Entry]:
    small = [segment for segment in segments if segment.doc_count() <= SMALL]
    if len(small) <= MOST_SMALL:
        return segments
    kept = [segment for segment in segments if segment.doc_count() > SMALL]
    return [*kept, _merged(build, small)]


def _without_empty(segments: list[Entry]) -> list[Entry]:
    return [segment for segment in segments if segment.doc_count() > 0]


def _doc_count(segments: list[Entry]) -> int:
    return sum(segment.doc_count() for segment in segments)


def _worth_merging(segments: list[Entry]) -> list[Entry]:
    """The segments to make into one: the smallest of like size, or one with much deleted."""
    group: list[Entry] = []
    for segment in sorted(segments, key=lambda segment: int(segment.doc_count())):
        together = _doc_count(group)
        if together + segment.doc_count() > LARGEST:
            break
        if group and segment.doc_count() > SAME_SIZE * max(together, SMALL):
            break
        group.append(segment)
    if len(group) > 1:
        return group
    for segment in segments:
        if segment.deleted_count() > MOST_DELETED * segment.doc_count_all():
            return [segment]
    return []


def _merged(build: Build, group: list[Entry]) -> Entry:
    if len(group) == 1 and not group[0].has_deletions():
        return group[0]
    path, new_docs = _merged_file(build, group)
    return build.adopt(path, _count_kept(new_docs))


def _merged_file(build: Build, group: list[Entry]) -> tuple[Path, list[Ints]]:
    """One file out of the live documents of several; and the new number of each old document."""
    opened = [Segment(build.segment_path(segment.segment_id())) for segment in group]
    new_docs = _new_numbers(opened, [set(segment.deleted_docs()) for segment in group])
    fields = {
        name: merge(
            [(part.field(name), docs) for part, docs in zip(opened, new_docs, strict=True)], style
        )
        for name, style in STYLES.items()
    }
    pairs = list(zip(opened, new_docs, strict=True))
    lengths = {
        name: np.concatenate(
            [part.lengths(name)[docs >= 0].astype(np.int64) for part, docs in pairs]
        )
        for name in SCORED
    }
    stored = chain.from_iterable(
        (part.stored(doc) for doc in np.flatnonzero(docs >= 0).tolist()) for part, docs in pairs
    )
    path = build.new_path()
    write_segment(path, fields, lengths, list(stored))
    return path, new_docs


def _new_numbers(opened: list[Segment], deleted: list[set[int]]) -> list[Ints]:
    """For each segment its documents' numbers in the merged one, -1 for the deleted."""
    numbers = []
    base = 0
    for part, gone in zip(opened, deleted, strict=True):
        is_live = np.ones(part.doc_count, dtype=bool)
        is_live[list(gone)] = False
        new = np.where(is_live, base + np.cumsum(is_live) - 1, -1)
        base += int(is_live.sum())
        numbers.append(new)
    return numbers


def _count_kept(new_docs: list[Ints]) -> int:
    return sum(int((numbers >= 0).sum()) for numbers in new_docs)
