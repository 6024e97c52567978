"""In this file are the commands by which a whole archive leaves for another instance, and comes."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from publisher import cli, clock
from publisher.database import db
from publisher.exchange import arriving, leaving, portable
from publisher.people.permission import Permission
from publisher.publication import by_hand
from publisher.settings import settings

WORDS = {
    "new": "移入",
    "grown": "补入新版本",
    "same": "已在库中",
    "conflict": "冲突",
    "damaged": "已损坏",
    "unreadable": "读不懂",
}
WRONG = frozenset({"conflict", "damaged", "unreadable"})


@click.command("export")
@click.argument("folder", type=click.Path(path_type=Path))
@cli.reporting
@cli.friendly
def export(folder: Path, as_json: bool) -> None:
    """Write the whole archive with its records to FOLDER, for another instance to take over.

    Broken off, it is run again and goes on. Exit code 1 where an object could not leave.
    """

    def tell(done: int, of: int) -> None:
        click.echo(f"已导出 {done}／{of} 件", err=True)

    with cli.office():
        left = leaving.leave(folder, settings(), at=clock.now(), tell=tell)
    text = "\n".join([*left.refused, f"已导出 {left.objects} 件到 {folder}。"])
    cli.say(asdict(left), as_json=as_json, text=text)
    sys.exit(1 if left.refused else 0)


@click.command("take-over")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--as", "account", required=True, help="The account of who takes it over.")
@cli.reporting
@cli.friendly
def take_over(folder: Path, account: str, as_json: bool) -> None:
    """Take over the archive that another instance exported to FOLDER.

    What is here already is passed over, so it may be broken off and run again. Exit code 2 where an
    object was left because something else is here, or because it is damaged.
    """
    with cli.office():
        by_id = by_hand.person(account, Permission.Archive.ENTER).id
        db.session.rollback()
        portable.manifest(folder)
        outcomes = [
            arriving.take_over(path, folder, settings(), by_id=by_id, at=clock.now())
            for path in portable.records(folder)
        ]
    counted = {word: sum(one.state == state for one in outcomes) for state, word in WORDS.items()}
    lines = [f"{one.object_id}：{WORDS[one.state]}。{one.said}" for one in outcomes if one.said]
    total = "；".join(f"{word} {count} 件" for word, count in counted.items() if count)
    cli.say(
        [asdict(one) for one in outcomes],
        as_json=as_json,
        text="\n".join([*lines, total or "没有可移入的刊期。"]),
    )
    sys.exit(2 if any(one.state in WRONG for one in outcomes) else 0)
