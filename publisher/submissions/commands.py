"""In this file is the command that imports items."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from publisher import cli
from publisher.errors import NotFound
from publisher.people import queries as people
from publisher.settings import settings
from publisher.submissions import importing

SHOWN = 20
"""So many refused lines are told one by one."""


@click.group()
def items() -> None:
    """Bring items in."""


@items.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--as", "account", required=True, help="The account that submits them.")
@click.option("--month", default="", help="Only the items of this month, such as 2025-03.")
@cli.reporting
def import_(file: Path, account: str, month: str, as_json: bool) -> None:
    """Import FILE, one JSON object a line: title, date, body, source, and optionally id and kind.

    A bad line is refused by its number and reason, the rest is taken. A line whose id was imported
    before is passed over. Exit code 2 where a line was refused.
    """
    with cli.office(), importing.open_lines(file) as lines:
        person = people.person_by_account(account)
        if person is None:
            raise NotFound(f"没有账号“{account}”。")
        report = importing.import_lines(
            lines, by=person, longest_body=settings().body_characters, only_month=month
        )
    told = [f"已导入 {report.taken} 条，已有 {report.known} 条，未收 {len(report.refused)} 条。"]
    told += [f"第 {number} 行：{reason}" for number, reason in report.refused[:SHOWN]]
    if len(report.refused) > SHOWN:
        told.append(f"……另有 {len(report.refused) - SHOWN} 行未收，用 --json 查看全部。")
    cli.say(
        {
            "taken": report.taken,
            "known": report.known,
            "refused": [{"line": n, "reason": reason} for n, reason in report.refused],
        },
        as_json=as_json,
        text="\n".join(told),
    )
    sys.exit(2 if report.refused else 0)
