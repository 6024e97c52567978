"""In this file archive and records are held against each other: nothing lost, nothing unknown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import archive
from publisher.config import Settings
from publisher.errors import PublisherError
from publisher.publication import kept, press, queries
from publisher.publication.model import Publication


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, where, and in a sentence."""

    code: str
    place: str
    sentence: str


def verify(office: Settings) -> Iterator[Finding]:
    """What is wrong inside the archive, and where it and the records differ."""
    store = archive.Store(office.archive_root)
    for fault in archive.verify(store):
        yield Finding(fault.code, f"{fault.object_id} {fault.path}".strip(), fault.sentence)
    for publication in queries.published():
        yield from _missing(publication, office)
    known = queries.object_ids()
    for name in store.objects():
        if name not in known:
            yield Finding("R02", name, f"档案库中的“{name}”没有对应的刊期记录。")


def _missing(publication: Publication, office: Settings) -> Iterator[Finding]:
    """Every published number has both files, and they are those that were published."""
    for name in (press.DOCX, press.PDF):
        try:
            kept.read(publication, name, office)
        except PublisherError:
            place = f"{publication.object_id} v{publication.object_version} {name}"
            yield Finding("R01", place, f"已刊发的文件缺失或与刊发时不一致：{place}")
