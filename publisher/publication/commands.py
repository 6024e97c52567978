"""In this file are the commands for issues and the archive."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click

import archive as wing
from publisher import cli, clock, history
from publisher.database import db
from publisher.editing import queries as items
from publisher.errors import InputRefused, NotFound, StepRefused
from publisher.issues import actions
from publisher.issues.model import Issue, State, Urgency
from publisher.people.permission import Permission
from publisher.publication import audit, by_hand, chain, kept, press, staging, stores, watch
from publisher.publication import queries as publications
from publisher.publication.model import Publication, Step
from publisher.serials.model import Series
from publisher.settings import settings

FORMS = (press.DOCX, press.PDF, press.HTML)


class Listed(click.ParamType[list[str]]):
    """Values apart by commas."""

    name = "a,b,c"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> list[str]:
        """Take them apart."""
        del param, ctx
        if isinstance(value, list):
            return value
        return [part.strip() for part in str(value).split(",") if part.strip()]


@click.group()
def issue() -> None:
    """Compile, sign and publish issues."""


@issue.command("compile")
@click.option("--serial", "code", required=True, help="The serial's code.")
@click.option("--date", "dated_on", required=True, type=click.DateTime(["%Y-%m-%d"]))
@click.option("--items", "numbers", type=Listed(), default=[], help="Numbers of approved items.")
@click.option(
    "--imported", type=Listed(), default=[], help="Keys of imported submissions, in printed order."
)
@click.option("--section", default="", help="The section for all; else each item's own.")
@click.option("--supplement", is_flag=True, help="An issue of the supplements (增刊).")
@click.option("--urgency", type=click.Choice([one.value for one in Urgency]), default="normal")
@click.option("--extra", default="", help="Recipients of this issue only (本期增发).")
@click.option("--note", default="", help="The editor's note (编者按), Markdown.")
@click.option("--as", "account", required=True, help="The account of who compiles it.")
@click.option(
    "--checked-by",
    "checkers",
    type=Listed(),
    default=[],
    help="Accounts that lead imported submissions still in the pool along the items' route.",
)
@cli.reporting
@cli.friendly
def compile_(
    *,
    code: str,
    dated_on: datetime,
    numbers: list[str],
    imported: list[str],
    section: str,
    supplement: bool,
    urgency: str,
    extra: str,
    note: str,
    account: str,
    checkers: list[str],
    as_json: bool,
) -> None:
    """Gather approved items into a new issue."""
    with cli.office():
        serial = by_hand.serial(code)
        by = by_hand.person(account, Permission.Issues.COMPILE)
        checked_by = [by_hand.person(one) for one in checkers]
        chosen = [items.item(_whole(number)) for number in numbers]
        chosen += [
            by_hand.item_of_imported(key, serial, section=section, by=by, checkers=checked_by)
            for key in imported
        ]
        found = actions.open_issue(
            serial,
            dated_on=dated_on.date(),
            series=Series.SUPPLEMENT if supplement else Series.MAIN,
            urgency=Urgency(urgency),
            extra_recipients=extra,
            by=by,
            at=clock.now(),
        )
        found.editor_note = note.strip()
        db.session.add(found)
        db.session.flush()
        by_hand.gather(found, chosen, section=section, by=by, at=clock.now())
        db.session.commit()
        cli.say(
            _report(found),
            as_json=as_json,
            text=f"已编成刊期 {found.id}：{len(chosen)} 篇，待送签。",
        )


@issue.command()
@click.argument("numbers", type=int, nargs=-1, required=True)
@click.option(
    "--as",
    "accounts",
    multiple=True,
    required=True,
    help="The account of who takes the next step; once for each step of the route.",
)
@click.option("--sent-by", default="", help="The account of who sends it; else who compiled it.")
@click.option(
    "--confirm",
    "confirmed",
    is_flag=True,
    help="Send it with the soft faults it has; without this they are told and nothing is sent.",
)
@cli.reporting
@cli.friendly
def sign(
    numbers: Sequence[int],
    accounts: Sequence[str],
    sent_by: str,
    confirmed: bool,
    as_json: bool,
) -> None:
    """Lead issues along their route, each step by a named person; the last one signs.

    NUMBERS are the issues' numbers in the records; they are signed in this order. Each is looked
    through by the presses before it is sent: hard faults stop it.
    """
    with cli.office(), _told(as_json=as_json) as tell:
        for number in numbers:
            found = by_hand.sign(
                number,
                [by_hand.person(one) for one in accounts],
                sender=by_hand.person(sent_by, Permission.Issues.COMPILE) if sent_by else None,
                confirmed=confirmed,
            )
            signed = found.state == State.SIGNED
            text = f"已签发：{found.number_text}。" if signed else "已办理，送签还没有走完。"
            tell(_report(found), text)


@issue.command()
@click.argument("numbers", type=int, nargs=-1, required=True)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Copy the files here as well; of several issues, each into a folder by its number.",
)
@cli.reporting
@cli.friendly
def publish(numbers: Sequence[int], out: Path | None, as_json: bool) -> None:
    """Publish signed issues now and say where their files are.

    NUMBERS are the issues' numbers in the records; they are published in this order.
    """
    with cli.office(), _told(as_json=as_json) as tell:
        for number in numbers:
            publication = _publish(number)
            paths = {name: kept.address_of(publication, name, settings()) for name in FORMS}
            if out is not None:
                folder = out / str(number) if len(numbers) > 1 else out
                for name in FORMS:
                    staging.write_durably(folder / name, kept.read(publication, name, settings()))
                    paths[name] = str(folder / name)
            report = _report(publication.issue) | {
                "object": publication.object_id,
                "version": publication.object_version,
                "pages": publication.pages,
                "files": paths,
            }
            said = f"已刊发：{publication.issue.number_text}，{publication.pages} 页。"
            tell(report, "\n".join([said, *paths.values()]))


@contextmanager
def _told(*, as_json: bool) -> Iterator[Callable[[dict[str, Any], str], None]]:
    """Tell what was done issue by issue, as JSON in one list; an error ends it, not the telling."""
    reports: list[dict[str, Any]] = []

    def tell(report: dict[str, Any], text: str) -> None:
        reports.append(report)
        if not as_json:
            click.echo(text)

    try:
        yield tell
    finally:
        if as_json:
            cli.say(reports, as_json=True, text="")


def _publish(number: int) -> Publication:
    """Carry an issue's publication on here and now; raises `StepRefused` where it fails."""
    if (begun := chain.begin(number, clock.now())) is not None:
        chain.carry_on(begun)
    publication = publications.of_issue(number)
    if publication is None:
        raise NotFound
    if publication.state != Step.PUBLISHED:
        raise StepRefused(publication.error or "刊发没有完成。")
    return publication


def _report(found: Issue) -> dict[str, Any]:
    return {
        "issue": found.id,
        "serial": found.serial.code,
        "date": found.dated_on.isoformat(),
        "state": found.state.value,
        "number": found.number,
        "total": found.total,
        "year": found.year,
        "number_text": found.number_text,
        "edition": found.edition,
        "items": [placement.item_id for placement in found.placements],
    }


def _whole(text: str) -> int:
    if not text.isdigit():
        raise InputRefused(f"“{text}”不是稿件编号。")
    return int(text)


@contextmanager
def _reached() -> Iterator[None]:
    """Let an archive that cannot be reached end the command with its sentence."""
    try:
        yield
    except (wing.ArchiveError, OSError) as error:
        raise StepRefused(f"档案库打不开：{error}") from error


@click.group()
def archive() -> None:
    """Look into the archive, verify and heal it."""


@archive.command("list")
@cli.reporting
@cli.friendly
def list_(as_json: bool) -> None:
    """Every version of every object."""
    with cli.office(), _reached():
        kept_there = stores.store(settings())
        versions = [
            {"object": name, "version": number, "created": one.created, "message": one.message}
            for name in sorted(kept_there.objects())
            for number, one in enumerate(kept_there.versions(name), 1)
        ]
    lines = ["{object}  v{version}  {created}  {message}".format(**one) for one in versions]
    cli.say(versions, as_json=as_json, text="\n".join(lines) or "档案库里还没有刊物。")


@archive.command()
@cli.reporting
@cli.friendly
def verify(as_json: bool) -> None:
    """Hold every byte of the archive against its inventories and the records."""
    with cli.office(), _reached():
        findings = list(audit.verify(settings()))
        store = stores.store(settings())
        count = sum(1 for _name in store.objects())
        head = wing.head(store)
        sentences = [one.sentence for one in findings]
    report = {
        "objects": count,
        "head": head,
        "faults": [
            {"code": one.code, "place": one.place, "sentence": sentence}
            for one, sentence in zip(findings, sentences, strict=True)
        ],
    }
    lines = [f"{one.code} {sentence}" for one, sentence in zip(findings, sentences, strict=True)]
    text = "\n".join(lines) if lines else f"档案库完好：{count} 件，总摘要 {head[:16]}…"
    cli.say(report, as_json=as_json, text=text)
    if findings:
        sys.exit(1)


@archive.command()
@click.option("--copy", "of_copy", is_flag=True, help="Mend the second copy out of the archive.")
@cli.reporting
@cli.friendly
def heal(of_copy: bool, as_json: bool) -> None:
    """Mend what is damaged in the archive out of its second copy."""
    with cli.office(), _reached():
        store, copy = stores.store(settings()), _copy()
        broken, whole = (copy, store) if of_copy else (store, copy)
        reports = [_heal(broken, whole, place) for place in _damaged(broken, whole)]
        _tell([str(one["object"]) for one in reports if one["mended"]], of_copy=of_copy)
    lines = [f"{one['object']}：{one['said']}" for one in reports]
    cli.say(reports, as_json=as_json, text="\n".join(lines) or "没有需要修复的对象。")
    if any(one["left"] for one in reports):
        sys.exit(1)


def _tell(healed: list[str], *, of_copy: bool) -> None:
    """Tell history what was healed, and let the worker verify everything anew."""
    if not healed:
        return
    by, at = history.System(), clock.now()
    verification = watch.begin(by=by, at=at)
    verification.healed = healed
    db.session.add(verification)
    for name in healed:
        history.record(verification, "heal_archive", by=by, at=at, object=name, of_copy=of_copy)
    db.session.commit()


def _copy() -> wing.Store:
    copy = stores.copy(settings())
    if copy is None:
        raise StepRefused("没有设置副本（archive_copy），不能修复或复制。")
    return copy


def _damaged(broken: wing.Store, whole: wing.Store) -> list[str]:
    """The places whose object has a fault, or is missing though the records know it."""
    known = {broken.place_of(name) for name in audit.known_objects()}
    places = sorted(set(broken.places()) | (set(whole.places()) & known))
    return [place for place in places if next(wing.verify_object(broken, place), None)]


def _heal(broken: wing.Store, whole: wing.Store, place: str) -> dict[str, object]:
    """Heal one object; gives what there is to report."""
    try:
        healed = wing.heal(broken, whole, place, at=clock.now())
    except wing.CopiesDiffer as error:
        return {"object": place.rpartition("/")[2], "said": str(error), "mended": [], "left": 1}
    said = f"已修复 {len(healed.mended)} 个文件，移出 {len(healed.set_aside)} 个"
    if healed.faults:
        said += f"，仍有 {len(healed.faults)} 处问题"
    return {
        "object": healed.object_id,
        "said": said + "。",
        "mended": list(healed.mended),
        "left": len(healed.faults),
    }


@archive.command("copy")
@cli.reporting
@cli.friendly
def copy_(as_json: bool) -> None:
    """Bring the second copy all that it lacks."""
    with cli.office(), _reached():
        store, copy = stores.store(settings()), _copy()
        brought, refused = {}, []
        for name in sorted(store.objects()):
            try:
                brought[name] = wing.bring_up(store, copy, name)
            except (wing.CopiesDiffer, wing.Damaged) as error:
                refused.append(str(error))
    versions = sum(brought.values())
    text = "\n".join([*refused, f"副本已补齐：{len(brought)} 件，新增 {versions} 个版本。"])
    cli.say(
        {"objects": len(brought), "versions": versions, "refused": refused},
        as_json=as_json,
        text=text,
    )
    if refused:
        sys.exit(1)
