"""In this file archive and records are held against each other: nothing lost, nothing unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from flask_babel import gettext as _

import archive
from publisher import clock
from publisher.config import Settings
from publisher.language import is_chinese
from publisher.publication import papers, press, queries, stores
from publisher.publication.model import Publication

_known_elsewhere: list[Callable[[], Iterable[str]]] = []


def knows_objects(names: Callable[[], Iterable[str]]) -> Callable[[], Iterable[str]]:
    """Register a later room's objects: each name it has put into the archive."""
    _known_elsewhere.append(names)
    return names


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, and where."""

    code: str
    object_id: str
    path: str = ""
    in_copy: bool = False

    @property
    def place(self) -> str:
        """Object and file."""
        return f"{self.object_id} {self.path}".strip()

    @property
    def sentence(self) -> str:
        """What is wrong, for the reader."""
        if self.code == "R01":
            told = _("已刊发的文件缺失或与刊发时不一致：%(place)s", place=self.place)
        elif self.code == "R02":
            told = _("档案库中的“%(name)s”没有对应的记录。", name=self.object_id)
        elif self.code == "R03":
            told = _("记录中有、档案库里没有的版本：%(place)s", place=self.place)
        elif self.code == "R04":
            told = _("有批示或办理情况超过一天没有入库（%(n)s处），请查看日志。", n=self.path)
        else:
            fault = archive.Fault(self.code, self.object_id, self.path)
            told = fault.sentence if is_chinese() else fault.english
        return _("副本：%(sentence)s", sentence=told) if self.in_copy else str(told)

    def as_json(self) -> dict[str, Any]:
        """The finding as it is kept."""
        return asdict(self)


def finding(fault: archive.Fault, *, in_copy: bool = False) -> Finding:
    """A fault of the store as a finding."""
    return Finding(fault.code, fault.object_id, fault.path, in_copy)


def verify(office: Settings) -> Iterator[Finding]:
    """What is wrong inside the archive and its copy, and where they and the records differ."""
    store, copy = stores.store(office), stores.copy(office)
    for fault in archive.verify(store):
        yield finding(fault)
    if copy is not None:
        for fault in archive.verify(copy):
            yield finding(fault, in_copy=True)
        for fault in archive.compare(store, copy):
            yield finding(fault)
    yield from against_records(store)


def against_records(store: archive.Store) -> Iterator[Finding]:
    """Where the archive and the records differ; the content itself is read by `archive.verify`."""
    for publication in queries.published():
        yield from _missing(publication, store)
    yield from _papers(store)
    known = known_objects()
    for name in store.objects():
        if name not in known:
            yield Finding("R02", name)


def known_objects() -> set[str]:
    """Every object the records know of."""
    return queries.object_ids().union(*(names() for names in _known_elsewhere))


def _papers(store: archive.Store) -> Iterator[Finding]:
    """What was written on issues is in the archive, and as it was put there."""
    for known in papers.every_archived():
        place = f"v{known.version}"
        try:
            if not papers.is_whole(known, store):
                yield Finding("R01", known.object_id, place)
        except archive.ArchiveError:
            yield Finding("R03", known.object_id, place)
    if waiting := papers.overdue(clock.now()):
        yield Finding("R04", "", str(waiting))


def _missing(publication: Publication, store: archive.Store) -> Iterator[Finding]:
    """Every published number has both files, and they are those that were published."""
    wanted = {press.DOCX: publication.docx_digest, press.PDF: publication.pdf_digest}
    name, version = publication.object_id, publication.object_version or 1
    try:
        found = store.digests(name, version)
    except archive.ArchiveError:
        # The whole version is gone, perhaps cut off together with the inventories that told of it.
        yield Finding("R03", name, f"v{version}")
        return
    for file, digest in wanted.items():
        if digest and found.get(file) != digest:
            yield Finding("R01", name, f"v{version} {file}")
