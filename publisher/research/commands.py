"""In this file is the command of the research: a search on the console, as anybody."""

from __future__ import annotations

import click
from werkzeug.datastructures import MultiDict

from publisher import cli
from publisher.errors import NotFound
from publisher.library import indexing
from publisher.library.engine import telling_faults
from publisher.people import queries as people
from publisher.research import searching
from publisher.settings import settings


@click.command()
@click.argument("query")
@click.option("--as", "account", default="", help="Search as this account; else as the office.")
@click.option("--page", default=1, show_default=True, help="Which page of the hits.")
@cli.reporting
def search(query: str, account: str, page: int, *, as_json: bool) -> None:
    """Search items, issues, instructions and reports."""
    with cli.office(), telling_faults():
        tokens = _tokens(account)
        asked = searching.read_request(MultiDict({"q": query, "page": str(page)}))
        results = searching.find(asked, tokens, settings()).results
    lines = [results.notice] if results.notice else []
    lines.append(f"共 {results.total} 条，用时 {results.seconds * 1000:.0f} 毫秒。")
    for hit in results.hits:
        record = hit.record
        lines.append(
            f"{record.date}  {searching.kind_word(record.kind)}  {record.title}"
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
