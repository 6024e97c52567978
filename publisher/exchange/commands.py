"""In this file are the commands by which a whole archive leaves for another instance, and comes."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from publisher import cli, clock
from publisher.database import db
from publisher.exchange import arriving, leaving, outward, portable
from publisher.people.permission import Permission
from publisher.publication import by_hand, moving
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
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
@cli.reporting
@cli.friendly
def export(path: Path, as_json: bool) -> None:
    """Write the whole archive with its records to PATH, for another instance to take over.

    PATH is a folder, or one file where its name ends in .zip. Broken off, it is run again: a folder
    goes on where it was, a file is written anew. Exit code 1 where an object could not leave; such
    a file is not kept.
    """
    tell = cli.telling("已导出 {done}／{of} 件", as_json=as_json)
    with cli.office():
        left = leaving.leave(path, settings(), at=clock.now(), tell=tell)
    text = f"已导出 {left.objects} 件到 {path}。"
    if left.refused:
        text = f"有 {len(left.refused)} 件没有导出，{kept_of(path)}。请先修复，再导出一次。"
    if left.lost:
        again = "重新写" if outward.is_file(path) else "从断处接着导出"
        text = (
            f"{left.lost}已导出 {left.objects} 件，没有再往下做。"
            f"{kept_of(path)}；恢复后再运行一次，{again}。"
        )
    cli.say(asdict(left), as_json=as_json, text="\n".join([*left.refused, text]))
    sys.exit(0 if left.is_whole else 1)


def kept_of(path: Path) -> str:
    """What an export that is not whole is."""
    return "没有写成文件" if outward.is_file(path) else "这个文件夹还不能移入"


@click.command("take-over")
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path, exists=True))
@click.option("--as", "account", required=True, help="The account of who takes it over.")
@cli.reporting
@cli.friendly
def take_over(path: Path, account: str, as_json: bool) -> None:
    """Take over the archive that another instance exported to PATH, a folder or a ZIP file.

    What is here already is passed over, so it may be broken off and run again. Exit code 2 where an
    object was left because something else is here, or because it is damaged.
    """
    tell = cli.telling("已处理 {done}／{of} 件", as_json=as_json)
    with cli.office(), moving.Export(path) as opened:
        by_id = by_hand.person(account, Permission.Archive.ENTER).id
        db.session.rollback()
        portable.manifest(opened)
        places = portable.records(opened)
        outcomes = []
        for done, place in enumerate(places, 1):
            outcomes.append(
                arriving.take_over(place, opened, settings(), by_id=by_id, at=clock.now())
            )
            tell(done, len(places))
    counted = {word: sum(one.state == state for one in outcomes) for state, word in WORDS.items()}
    lines = [f"{one.object_id}：{WORDS[one.state]}。{one.said}" for one in outcomes if one.said]
    total = "；".join(f"{word} {count} 件" for word, count in counted.items() if count)
    cli.say(
        [asdict(one) for one in outcomes],
        as_json=as_json,
        text="\n".join([*lines, total or "没有可移入的刊期。"]),
    )
    sys.exit(2 if any(one.state in WRONG for one in outcomes) else 0)
