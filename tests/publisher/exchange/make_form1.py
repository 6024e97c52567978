"""In this file the export that stands beside it was made; it is run for a new form, never again.

Run from the checkout: `python -m tests.publisher.exchange.make_form1 FOLDER`.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import layouts
from publisher import clock, create_app, database, migrations
from publisher.attachments.actions import keep_bytes
from publisher.config import Settings
from publisher.database import db
from publisher.exchange import leaving
from publisher.filing import actions as filing
from publisher.filing import papers
from publisher.filing import queries as filed
from publisher.followups import actions as followups
from publisher.followups.model import ReportStage
from publisher.instructions.model import InstructionFile
from publisher.issues import queries as issues
from publisher.issues.model import State
from publisher.people.permission import Role
from publisher.publication import actions as publication
from publisher.publication import outbox, press, tasks
from tests import factories
from tests.factories import AT
from tests.publisher.publication.presses import fast_set_all


def page_alone(
    document: layouts.Document, photos: Mapping[str, bytes], **given: Any
) -> press.Files:
    """A true reading page, and no time for the rest."""
    made = fast_set_all(document, photos, **given)
    page = layouts.typeset(document, "html")
    return replace(
        made, by_name={**made.by_name, press.HTML: press.standalone(document, page.content)}
    )


def main() -> None:
    press.set_all = page_alone
    with tempfile.TemporaryDirectory() as kept:
        settings = Settings(
            instance=Path(kept), secret_key="测" * 40, office_name="云汀市人民政府办公室"
        )
        app = create_app(settings, jobs_at_once=True)
        with app.app_context(), database.writing():
            migrations.upgrade(db.engine)
            _fill(settings)
            left = leaving.leave(Path(sys.argv[1]), settings, at=AT, tell=lambda _n, _of: None)
            print(left)
            # A lock is no part of what is kept.
            shutil.rmtree(Path(sys.argv[1], "archive", "extensions", "jianbao-staging"))
            db.session.rollback()
            db.engine.dispose()


def _fill(settings: Settings) -> None:
    """Two issues; on the first an instruction with its report, then a correction."""
    serial = factories.serial("政务信息", code="zwxx", readers=("staff", "role:leader"))
    reporter = factories.person(Role.REPORTER)
    first, _second = (
        factories.published_issue(
            serial_=serial,
            items=[factories.item(serial_=serial, sources=[factories.submission(by=reporter)])],
        ).id
        for _number in range(2)
    )
    officer, unit = factories.person(Role.OFFICER), factories.unit()
    handler = factories.person(Role.HANDLER, unit_=unit)
    scan = keep_bytes(
        b"%PDF-1.7 scan", name="批示原件.pdf", folder=settings.files_path, by=officer, at=AT
    )
    made = factories.instruction(issue_=issues.issue(first))
    made.files.append(InstructionFile(attachment=scan))
    case = factories.case(instruction_=made, lead=unit, officer=officer)
    followups.acknowledge(case, handler="郑办", phone="2210", by=handler, at=AT)
    written = followups.Written(process="已推广到12个乡镇。", situation="运行平稳。", signer="郑局")
    report = factories.keep(
        followups.report(case, written, stage=ReportStage.FINAL, by=handler, at=AT)
    )
    followups.accept(report, case, result="已推广。", by=officer, at=AT)
    outbox.tell(db.session, f"instruction:{made.id}", AT)
    db.session.commit()
    papers.take_up(clock.now() + papers.SETTLED, settings)
    director = factories.person(Role.DIRECTOR)
    edition = publication.correct(issues.issue(first), note="第一篇数字有误。", by=director, at=AT)
    edition.state = State.IN_APPROVAL
    db.session.add(edition)
    db.session.flush()
    tasks.begin(factories.sign(edition, by=director).id)
    archivist = factories.person(Role.ARCHIVIST)
    numbers = filing.file_year(
        filed.to_file(2026), {}, fonds="0042", year=2026, by=archivist, at=AT
    )
    db.session.add_all(numbers)
    db.session.commit()


if __name__ == "__main__":
    main()
