"""In this file are the commands of the research: search, and the care of the index."""

from __future__ import annotations

import sys

import click
from werkzeug.datastructures import MultiDict

import search as wing
from publisher import cli
from publisher.errors import NotFound
from publisher.library import indexing, research
from publisher.library.tasks import make_anew
from publisher.people import queries as people
from publisher.settings import settings


@click.command()
@click.argument("query")
@click.option("--as", "account", default="", help="Search as this account; else as the office.")
@click.option("--page", default=1, show_default=True, help="Which page of the hits.")
@cli.reporting
def search(query: str, account: str, page: int, *, as_json: bool) -> None:
    """Search items, issues, instructions and reports."""
    with cli.office():
        tokens = _tokens(account)
        asked = research.read_request(MultiDict({"q": query, "page": str(page)}))
        results = research.find(asked, tokens, settings()).results
    lines = [results.notice] if results.notice else []
    lines.append(f"共 {results.total} 条，用时 {results.seconds * 1000:.0f} 毫秒。")
    for hit in results.hits:
        record = hit.record
        lines.append(
            f"{record.date}  {research.kind_word(record.kind)}  {record.title}"
            f"  {record.serial}{record.number_text}"
        )
        lines += ["    " + "".join(piece.text for piece in passage) for passage in hit.passages]
    cli.say(
        {
            "total": results.total,
            "notice": results.notice,
            "seconds": results.seconds,
            "hits": [
                {
                    "id": hit.record.id,
                    "kind": hit.record.kind,
                    "title": hit.record.title,
                    "date": hit.record.date.isoformat(),
                    "serial": hit.record.serial,
                    "number": hit.record.number_text,
                }
                for hit in results.hits
            ],
        },
        as_json=as_json,
        text="\n".join(lines),
    )


def _tokens(account: str) -> frozenset[str]:
    if not account:
        return indexing.OFFICE | {people.STAFF, "role:officer", "role:leader", "role:researcher"}
    person = people.person_by_account(account)
    if person is None:
        raise NotFound(f"没有账号“{account}”。")
    return people.access_tokens(person)


@click.group()
def index() -> None:
    """Look after the full-text index."""


@index.command()
@cli.reporting
def rebuild(*, as_json: bool) -> None:
    """Build the index anew beside the old one, and put it in its place."""
    with cli.office():
        count = make_anew()
    cli.say({"records": count}, as_json=as_json, text=f"索引已重建，共 {count} 条。")


@index.command()
@cli.reporting
def check(*, as_json: bool) -> None:
    """Hold the index against the records; exit code 2 where they differ."""
    with cli.office():
        expected = [(record.id, record.digest) for record in indexing.records(indexing.keys())]
        report = wing.open_engine(settings().index_path).check(expected)
    wrong = [*report.missing, *report.changed, *report.unexpected]
    text = (
        f"索引与记录不符：缺 {len(report.missing)} 条，旧 {len(report.changed)} 条，"
        f"多 {len(report.unexpected)} 条。可运行 jianbao index rebuild 重建。"
        if wrong
        else f"索引与记录一致，共 {report.indexed} 条。"
    )
    cli.say(
        {
            "expected": report.expected,
            "indexed": report.indexed,
            "missing": list(report.missing),
            "changed": list(report.changed),
            "unexpected": list(report.unexpected),
        },
        as_json=as_json,
        text=text,
    )
    sys.exit(2 if wrong else 0)
