"""In this file an object of an export comes in: its versions first, its records in one commit.

Broken off anywhere, the same is done again: versions that are here are not copied again, and what
the records know already is not made again. Nothing that is here is changed but what is known to
have come from the same archive and has a later state there.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.exc import DataError, IntegrityError, InterfaceError, ProgrammingError

from publisher.attachments.actions import path_of
from publisher.config import Settings
from publisher.database import db
from publisher.errors import PublisherError
from publisher.exchange import actions, portable, queries
from publisher.exchange.model import TakenOver
from publisher.issues import numbering
from publisher.issues.model import Issue, State
from publisher.publication import moving, outbox, press, staging
from publisher.publication import papers as kept_papers
from publisher.publication.errors import ArchiveLost, PublicationFailed
from publisher.publication.model import Publication
from publisher.publication.moving import Export, Standing

logger = logging.getLogger(__name__)
MOST_PAPERS = 5000
UNFIT = (
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
    RecursionError,
    DataError,
    InterfaceError,
    ProgrammingError,
)
"""What a record raises whose values are not what the form says: here, or in the database."""


@dataclass(frozen=True)
class Outcome:
    """What became of one object of an export."""

    object_id: str
    state: str
    """new, grown, same, conflict, damaged or unreadable."""
    said: str = ""


class Conflict(PublisherError):
    """Here is something else under the same name or number; nothing of the object was taken."""


def take_over(place: str, export: Export, office: Settings, *, by_id: int, at: datetime) -> Outcome:
    """Take the object of one record over; whatever hinders is said of it, and all is as it was.

    Raises `ArchiveLost` where the archive of here cannot be reached or written, or the export no
    longer read.
    """
    file = PurePosixPath(place).name
    name = file.removesuffix(".json")
    try:
        record = portable.read(place, export)
        name = str(record["object"])
        return _take_over(record, export, office, by_id=by_id, at=at)
    except Conflict as error:
        return Outcome(name, "conflict", error.sentence)
    except portable.Unreadable as error:
        return Outcome(name, "unreadable", error.sentence)
    except PublicationFailed as error:
        return Outcome(name, "damaged", error.sentence)
    except UNFIT as error:
        logger.warning("The record of %s cannot be read: %r", name, error)
        return Outcome(name, "unreadable", _("“%(name)s”读不懂。", name=file))
    except IntegrityError as error:
        logger.warning("The records of %s do not fit: %s", name, error.orig)
        return Outcome(name, "conflict", _("刊期、档号与这里已有的记录冲突。"))
    except OSError as error:
        why = error.strerror or str(error)
        raise ArchiveLost(
            _("读写文件时出错：%(why)s。请检查磁盘空间和存放导出的介质，然后再运行一次。", why=why)
        ) from error
    finally:
        db.session.rollback()


def _take_over(
    record: portable.Record, export: Export, office: Settings, *, by_id: int, at: datetime
) -> Outcome:
    name = str(record["object"])
    manifest = portable.manifest(export)
    standing, inventory = moving.standing(name, export, office)
    if standing == Standing.DAMAGED or inventory != record["inventory"]:
        return Outcome(name, "damaged", _("文件缺失或与清单不符，没有移入。"))
    if standing == Standing.OTHER:
        raise Conflict(_("档案库里已有同一编号而内容不同的一件。"))
    known = queries.taken_over(name)
    if standing == Standing.SHORTER:
        return Outcome(name, "same", _("这里的版本更新。"))
    editions = queries.editions(name)
    _must_agree(record, editions, known)
    is_whole = len(editions) == len(record["editions"])
    if standing == Standing.SAME and is_whole and not _has_moved_on(record, editions, known):
        return Outcome(name, "same")
    grown = known is not None or bool(editions)
    _must_be_free(record, editions)
    sources = _sources(record, export)
    papers = _papers(record, export)
    db.session.rollback()
    # The archive first: what the records speak of is there. Broken off here, it is found as SAME.
    moving.copy_in(name, export, office)
    _keep_photos(record, export, office)
    _commit(record, sources, papers, str(manifest["office"]), inventory, by_id=by_id, at=at)
    return Outcome(name, "grown" if grown else "new")


def _must_agree(
    record: portable.Record, editions: Mapping[int, Publication], known: TakenOver | None
) -> None:
    """What is here of the object already came from the same archive."""
    for one in record["editions"]:
        here = editions.get(one["edition"])
        if here is not None and (here.object_version, here.pdf_digest, here.docx_digest) != (
            one["version"],
            one["pdf_sha512"],
            one["docx_sha512"],
        ):
            raise Conflict(_("档案库里已有同一编号而内容不同的一件。"))
    if editions and known is None and len(editions) < len(record["editions"]):
        raise Conflict(_("这一期是这里刊发的，它的新版本没有移入。"))


def _has_moved_on(
    record: portable.Record, editions: Mapping[int, Publication], known: TakenOver | None
) -> bool:
    """Whether an issue that came in has another state there now: it was withdrawn."""
    return known is not None and any(
        editions[one["edition"]].issue.may_move_to(State(one["state"]))
        for one in record["editions"]
    )


def _must_be_free(record: portable.Record, editions: Mapping[int, Publication]) -> None:
    """Serial, number and archive number are the same here, or free."""
    serial = record["serial"]
    by_code, by_name = queries.serials_named(serial["code"], serial["name"])
    if by_code is not by_name:
        found = by_code or by_name
        raise Conflict(
            _(
                "刊物“%(name)s”（%(code)s）与这里的“%(own)s”（%(own_code)s）名称或代号冲突。",
                name=serial["name"],
                code=serial["code"],
                own=found.name if found else "",
                own_code=found.code if found else "",
            )
        )
    for one in record["editions"]:
        if one["edition"] not in editions and by_code is not None:
            twin = queries.same_number(by_code.id, one)
            if twin is not None:
                raise Conflict(_("这里已有%(number)s，不是同一件。", number=twin.number_text))
    filed = record["filed"]
    if filed and queries.is_filed_otherwise(str(record["object"]), filed):
        raise Conflict(_("档号%(number)s在这里是另一件。", number=filed["archive_number"]))


def _sources(record: portable.Record, export: Export) -> dict[int, Mapping[str, Any]]:
    """What each edition printed, out of its own version."""
    name = str(record["object"])
    return {
        one["edition"]: moving.read_json(name, press.SOURCE, one["version"], export)
        for one in record["editions"]
    }


def _papers(record: portable.Record, export: Export) -> actions.Papers | None:
    """The papers that came with the object: the latest version that holds them."""
    name = str(record["object"])
    own = {one["version"] for one in record["editions"]}
    between = sorted(set(range(1, moving.versions(name, export) + 1)) - own, reverse=True)
    told = ((version, moving.digests(name, version, export)) for version in between)
    last, digests = next(
        ((version, names) for version, names in told if any(map(_is_paper, names))), (0, {})
    )
    if not last:
        return None
    paths = sorted(path for path in digests if actions.KIND.fullmatch(path))[:MOST_PAPERS]
    return actions.Papers(
        version=last,
        beside=max(version for version in own if version < last),
        digests=digests,
        records={path: dict(moving.read_json(name, path, last, export)) for path in paths},
    )


def _is_paper(path: str) -> bool:
    return path.startswith(kept_papers.FOLDERS)


def _keep_photos(record: portable.Record, export: Export, office: Settings) -> None:
    """Keep photos where a later correction looks for them."""
    for one in record["editions"]:
        names = moving.digests(str(record["object"]), one["version"], export)
        for key, digest in one["photos"].items():
            for path in (f"photos/{key}.jpg", f"photos/{key}.png"):
                if path not in names:
                    continue
                content = moving.read(str(record["object"]), path, one["version"], export)
                if hashlib.sha256(content).hexdigest() == digest:
                    staging.write_durably(path_of(digest, office.files_path), content)


def _commit(
    record: portable.Record,
    sources: Mapping[int, Mapping[str, Any]],
    papers: actions.Papers | None,
    office_name: str,
    inventory: str,
    *,
    by_id: int,
    at: datetime,
) -> None:
    """Make the records of an object in one transaction, and let the index know."""
    name = str(record["object"])
    by = queries.person(by_id)
    serial, units = _serial_and_units(record)
    editions = queries.editions(name)
    issues: dict[int, Issue] = {number: one.issue for number, one in editions.items()}
    names = {old: new for one in editions.values() for old, new in one.article_names.items()}
    items = queries.items_named(names)
    for one in record["editions"]:
        if one["edition"] in editions:
            actions.bring_state_up(issues[one["edition"]], one, by=by, at=at)
            continue
        made = actions.items_of(one, items, serial, units, by=by, key=f"{office_name}:{name}")
        db.session.add_all(made.values())
        db.session.flush()
        names |= {article: f"item-{item.id}" for article, item in made.items()}
        items |= made
        issue = actions.issue_of(one, items, serial, units, by=by)
        issue.supersedes = issues.get(one["edition"] - 1)
        issue.frozen = actions.renamed(sources[one["edition"]], names)
        publication = actions.publication_of(one, issue, name, names, office_name)
        db.session.add_all([issue, publication])
        db.session.flush()
        actions.told(issue, name, office_name, by=by, at=at)
        numbering.lock(db.session, serial)
        numbering.tell_counters(
            db.session,
            serial,
            issue.series,
            number=one["number"],
            total=one["total"],
            year=one["year"],
        )
        issues[one["edition"]] = issue
    last = issues[max(issues)]
    known = queries.taken_over(name)
    db.session.add(actions.taken(known, name, office_name, inventory, papers, by=by, at=at))
    keys = [f"issue:{issue.id}" for issue in issues.values()]
    keys += [f"item:{item.id}" for item in items.values()]
    keys += [f"past_paper:{number}" for number in _keep_papers(name, papers, last, at)]
    if record["filed"] and not queries.filed([name]):
        db.session.add(actions.filed_of(record["filed"], name, last, by=by))
    for key in keys:
        outbox.tell(db.session, key, at)
    db.session.commit()


def _keep_papers(name: str, papers: actions.Papers | None, issue: Issue, at: datetime) -> list[int]:
    """Note the papers that came with an object; gives their numbers."""
    if papers is None:
        return []
    made = actions.past_papers(queries.papers_of(name), papers, name, issue)
    db.session.add_all(made)
    digest = kept_papers.digest_in(papers.digests, papers.beside)
    kept_papers.note(name, papers.version, papers.beside, digest, at=at)
    db.session.flush()
    return [one.id for one in made]


def _serial_and_units(record: portable.Record) -> tuple[Any, dict[str, Any]]:
    """The serial and the units of a record as they are here, made where there are none."""
    given = {
        unit["code"]: unit
        for one in record["editions"]
        for article in one["articles"]
        for unit in article["units"]
    }
    known = queries.units_like(given.values())
    units = {}
    for code, unit in given.items():
        units[code] = known.get(unit["code"]) or known.get(unit["name"]) or actions.unit_of(unit)
    db.session.add_all(units.values())
    serial, _same = queries.serials_named(record["serial"]["code"], record["serial"]["name"])
    every = queries.codes_of_units() | {code: unit.id for code, unit in units.items() if unit.id}
    if serial is None:
        db.session.flush()
        every |= {code: unit.id for code, unit in units.items()}
        serial = actions.serial_of(record["serial"], every)
        db.session.add(serial)
    db.session.flush()
    return serial, units
