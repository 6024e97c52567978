"""In this file a folder of old issues comes in from the console."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import click

from publisher import cli, clock
from publisher.database import db
from publisher.errors import InputRefused
from publisher.people import queries as people
from publisher.people.permission import Permission
from publisher.publication import by_hand
from publisher.retrospect import actions, entering, queries, words
from publisher.retrospect.model import State
from publisher.settings import settings

REFUSED, PASSED_OVER = "refused", "passed_over"
"""What became of a file that is none of the records: it was not fit, or is of another kind."""
CLUTTER = frozenset({"Thumbs.db", "desktop.ini"})


@click.command("import")
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.option("--as", "account", required=True, help="The account of who takes them in.")
@click.option(
    "--tell-counters", is_flag=True, help="Let the serials' counters go on behind the last number."
)
@cli.reporting
@cli.friendly
def import_(folder: Path, account: str, tell_counters: bool, as_json: bool) -> None:
    """Take in the old issues in FOLDER: Word, PDF, texts and scans, read in the order of names.

    What was read for certain is entered; the rest waits for a person. Each file is told as soon as
    it is done; broken off, run it again: what is here already is told and passed over. Exit code 2
    where a file was not read.
    """
    tell = cli.telling("已读 {done}／{of} 个文件", as_json=as_json)
    reports = []
    with cli.office():
        by_id = by_hand.person(account, Permission.Archive.ENTER).id
        paths = sorted(_files(folder))
        for done, path in enumerate(paths, 1):
            report = _take_in(path, by_id=by_id, tells=tell_counters)
            reports.append(report)
            if not as_json:
                # As it goes: whoever breaks it off, or is killed, keeps what was told till then.
                click.echo(_line(report))
            tell(done, len(paths))
    counted = Counter(str(one["state"]) for one in reports)
    told = [f"{one.source_word} {counted[one.value]} 件" for one in State if counted[one.value]]
    if not_taken := counted[REFUSED] + counted[PASSED_OVER]:
        told.append(f"没有收 {not_taken} 个")
    text = "；".join(told)
    cli.say(reports, as_json=as_json, text=text or "没有可补录的文件。")
    sys.exit(2 if any(one["state"] in {REFUSED, State.UNREADABLE.value} for one in reports) else 0)


def _line(report: dict[str, object]) -> str:
    """What became of a file, in a line."""
    state = str(report["state"])
    words = {one.value: one.source_word for one in State}
    return f"{report['file']}：{words.get(state, '没有收')}。{report['said']}".rstrip()


def _files(folder: Path) -> list[Path]:
    if folder.is_file():
        return [folder]
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(("~$", ".")) and path.name not in CLUTTER
    ]


def _take_in(path: Path, *, by_id: int, tells: bool) -> dict[str, object]:
    """Take one file in and read it; gives what became of it."""
    if path.suffix.lower() not in actions.FORMS:
        said = "不是 Word、PDF、文本文件或扫描图片，没有收。"
        return {"file": str(path), "state": PASSED_OVER, "said": said}
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
        return {"file": str(path), "state": REFUSED, "said": error.sentence}
    except OSError as error:
        db.session.rollback()
        said = f"读不到这个文件：{error.strerror or error}。"
        return {"file": str(path), "state": REFUSED, "said": said}
    db.session.commit()
    number = old.id
    db.session.rollback()
    while entering.read(number, settings(), wait=True):
        pass
    old = queries.old_file(number)
    doubts = old.draft.get("doubts", {}) if old.state == State.REVIEW else {}
    report: dict[str, object] = {
        "file": str(path),
        "number": number,
        "state": old.state.value,
        "issue": old.issue_id,
        "doubts": sorted(old.draft.get("doubts", {})),
        "said": old.error or "".join(words.DOUBTS.get(code, code) for code in sorted(doubts)),
    }
    db.session.rollback()
    return report
