"""In this file a folder of old issues comes in from the console."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from publisher import cli, clock
from publisher.database import db
from publisher.errors import InputRefused
from publisher.people import queries as people
from publisher.people.permission import Permission
from publisher.publication import by_hand
from publisher.retrospect import actions, entering, queries
from publisher.retrospect.model import State
from publisher.settings import settings


@click.command("import")
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.option("--as", "account", required=True, help="The account of who takes them in.")
@click.option(
    "--tell-counters", is_flag=True, help="Let the serials' counters go on behind the last number."
)
@cli.reporting
@cli.friendly
def import_(folder: Path, account: str, tell_counters: bool, as_json: bool) -> None:
    """Take in the old issues in FOLDER: Word, PDF and text files, read in the order of names.

    What was read for certain is entered; the rest waits for a person. Exit code 2 where a file was
    not read.
    """
    with cli.office():
        by = by_hand.person(account, Permission.Archive.ENTER)
        paths = sorted(_files(folder))
        reports = [_take_in(path, by_id=by.id, tells=tell_counters) for path in paths]
    counted = {state.value: 0 for state in State}
    for one in reports:
        counted[str(one["state"])] = counted.get(str(one["state"]), 0) + 1
    text = "；".join(
        f"{state.source_word} {counted[state.value]} 件" for state in State if counted[state.value]
    )
    lines = [f"{one['file']}：{one['said']}" for one in reports if one["said"]]
    cli.say(reports, as_json=as_json, text="\n".join([*lines, text or "没有可补录的文件。"]))
    sys.exit(2 if any(one["state"] in {"refused", "unreadable"} for one in reports) else 0)


def _files(folder: Path) -> list[Path]:
    if folder.is_file():
        return [folder]
    return [
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in actions.FORMS and not path.name.startswith(("~$", "."))
    ]


def _take_in(path: Path, *, by_id: int, tells: bool) -> dict[str, object]:
    """Take one file in and read it; gives what became of it."""
    by = people.person(by_id)
    try:
        old = entering.keep(
            path.read_bytes(),
            path.name,
            settings(),
            tells_counters=tells,
            by=by,
            at=clock.now(),
        )
    except InputRefused as error:
        db.session.rollback()
        return {"file": str(path), "state": "refused", "said": error.sentence}
    db.session.commit()
    number = old.id
    db.session.rollback()
    while entering.read(number, settings()):
        pass
    old = queries.old_file(number)
    doubts = ", ".join(sorted(old.draft.get("doubts", {}))) if old.state == State.REVIEW else ""
    report: dict[str, object] = {
        "file": str(path),
        "number": number,
        "state": old.state.value,
        "issue": old.issue_id,
        "doubts": sorted(old.draft.get("doubts", {})),
        "said": old.error or (f"待核对（{doubts}）" if doubts else ""),
    }
    db.session.rollback()
    return report
