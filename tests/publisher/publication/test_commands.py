"""In this file issues are compiled, signed and published from the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from publisher import cli, create_app, database, faultpoints
from publisher.config import read_settings
from publisher.database import db
from publisher.editing.model import State as ItemState
from publisher.history import HistoryEntry
from publisher.issues import queries as issues
from publisher.issues.model import State
from publisher.people.permission import Role
from publisher.publication import kept, press
from publisher.publication import queries as publications
from publisher.serials.model import Serial
from publisher.settings import settings
from tests import factories
from tests.publisher.publication.presses import fast_set_all, fast_set_pdf

ROOT = Path(__file__).parents[3]
BOTH = ("--as", "wang", "--as", "li")


def run(instance: Path, *words: str) -> Result:
    return CliRunner().invoke(cli.cli, ["--instance", str(instance), *words])


class Office:
    """An instance with a serial and accounts of names that are easy to type."""

    def __init__(self, instance: Path) -> None:
        self.instance = instance
        serial = factories.serial("政务信息", code="zwxx")
        for account, role in (
            ("zhou", Role.EDITOR),
            ("wang", Role.CHECKER),
            ("li", Role.DIRECTOR),
            ("zhao", Role.REPORTER),
        ):
            person = factories.person(role)
            person.account = account
        db.session.commit()
        self.serial: Serial = serial

    def run(self, *words: str) -> Result:
        db.session.rollback()
        return run(self.instance, *words)

    def items(self, count: int) -> list[int]:
        return [
            factories.item(serial_=self.serial, title=f"第{n}篇", state=ItemState.APPROVED).id
            for n in range(count)
        ]

    def compile(self, *words: str) -> Result:
        return self.run(
            "issue", "compile", "--serial", "zwxx", "--date", "2026-11-20", "--as", "zhou", *words
        )


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setattr(press, "set_all", fast_set_all)
    monkeypatch.setattr(press, "set_pdf", fast_set_pdf)
    instance = tmp_path / "office"
    assert run(instance, "init").exit_code == 0
    app = create_app(read_settings(instance), jobs_at_once=True)
    with app.app_context(), database.writing():
        engine = db.engine
        yield Office(instance)
        db.session.rollback()
    engine.dispose()


class TestIssue:
    def test_compiled_signed_and_published_step_by_step(self, office: Office) -> None:
        numbers = office.items(2)
        compiled = office.compile("--items", ",".join(map(str, numbers)), "--json")
        report = json.loads(compiled.output)
        assert report["items"] == numbers
        signed = office.run(
            "issue", "sign", str(report["issue"]), "--as", "wang", "--as", "li", "--confirm"
        )
        assert signed.output == "已签发：第1期（总第1期）。\n"
        [published] = json.loads(
            office.run("issue", "publish", str(report["issue"]), "--json").output
        )
        assert published["object"] == "zwxx-2026-001"
        assert all(Path(path).is_file() for path in published["files"].values())
        acts = db.session.scalars(
            select(HistoryEntry.act).where(HistoryEntry.subject == f"issue:{report['issue']}")
        ).all()
        assert acts == ["open_issue", "send_for_signing", "sign", "publish"]

    def test_imported_submissions_are_led_along_the_route_by_named_persons(
        self, office: Office
    ) -> None:
        for key in ("a-1", "a-2"):
            factories.submission(title=f"来稿{key}", imported_as=key)
        refused = office.compile("--imported", "a-1,a-2")
        assert (refused.exit_code, "还没有通过审批" in refused.output) == (1, True)
        done = office.compile("--imported", "a-2,a-1", "--checked-by", "wang", "--json")
        found = issues.issue(json.loads(done.output)["issue"])
        assert [one.item.title for one in found.placements] == ["来稿a-2", "来稿a-1"]
        assert {one.item.editor.account for one in found.placements} == {"zhou"}

    def test_the_editor_alone_cannot_check_his_own(self, office: Office) -> None:
        factories.submission(imported_as="a-1")
        answer = office.compile("--imported", "a-1", "--checked-by", "zhou")
        assert answer.exit_code == 1
        assert "应由核稿人办理" in answer.output

    def test_fewer_names_than_steps_leave_it_on_its_way(self, office: Office) -> None:
        number = json.loads(office.compile("--items", str(office.items(1)[0]), "--json").output)[
            "issue"
        ]
        answer = office.run("issue", "sign", str(number), "--as", "wang", "--confirm")
        assert "还没有走完" in answer.output
        assert issues.issue(number).state == State.IN_APPROVAL
        assert office.run("issue", "publish", str(number)).exit_code == 1

    def test_what_is_asked_about_is_told_and_nothing_is_sent_without_the_word(
        self, office: Office
    ) -> None:
        item = factories.item(
            serial_=office.serial, body="全县增收,群众满意。", state=ItemState.APPROVED
        )
        number = json.loads(office.compile("--items", str(item.id), "--json").output)["issue"]
        refused = office.run("issue", "sign", str(number), "--as", "wang")
        assert (refused.exit_code, "半角“,”" in refused.output) == (1, True)
        assert issues.issue(number).state == State.ARRANGING

    def test_looking_through_draws_no_pictures_and_is_not_done_twice(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        looked: list[int] = []
        monkeypatch.setattr(
            press, "set_pdf", lambda *given: looked.append(1) or fast_set_pdf(*given)
        )
        item = factories.item(
            serial_=office.serial, body="全县增收,群众满意。", state=ItemState.APPROVED
        )
        number = json.loads(office.compile("--items", str(item.id), "--json").output)["issue"]
        for words in ((), ("--confirm",), ()):
            office.run("issue", "sign", str(number), "--as", "wang", *words)
        assert issues.issue(number).state == State.IN_APPROVAL
        assert (len(looked), list(settings().proofs_path.rglob("*"))) == (1, [])

    def test_several_are_signed_in_their_order_and_one_refused_leaves_the_others_done(
        self, office: Office
    ) -> None:
        numbers = [
            str(json.loads(office.compile("--items", str(item), "--json").output)["issue"])
            for item in office.items(2)
        ]
        signed = office.run(
            "issue", "sign", *numbers, "--as", "wang", "--as", "li", "--confirm", "--json"
        )
        assert [one["number"] for one in json.loads(signed.output)] == [1, 2]
        answer = office.run("issue", "publish", numbers[1], "404", numbers[0])
        assert answer.exit_code == 1
        assert "已刊发：第2期（总第2期）" in answer.output
        assert issues.issue(int(numbers[0])).state == State.SIGNED

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            (["--items", "999"], "没有找到"),
            (["--items", "三"], "不是稿件编号"),
            (["--imported", "x"], "没有以“x”为编号"),
            ([], "还没有排入稿件"),
        ],
    )
    def test_what_cannot_be_compiled_is_said_and_leaves_nothing(
        self, office: Office, words: list[str], sentence: str
    ) -> None:
        answer = office.compile(*words)
        assert (answer.exit_code, sentence in answer.output) == (1, True)
        assert issues.years() == []

    def test_a_reporter_compiles_nothing(self, office: Office) -> None:
        words = ["issue", "compile", "--serial", "zwxx", "--date", "2026-11-20", "--as", "zhao"]
        answer = office.run(*words, "--items", "1")
        assert (answer.exit_code, "权限" in answer.output) == (1, True)

    def test_killed_while_publishing_with_the_real_press_it_is_finished_by_running_again(
        self, office: Office
    ) -> None:
        number = json.loads(office.compile("--items", str(office.items(1)[0]), "--json").output)[
            "issue"
        ]
        office.run("issue", "sign", str(number), "--as", "wang", "--as", "li", "--confirm")
        db.session.rollback()
        words = [
            *("-c", "from publisher.cli import main; main()"),
            *("--instance", str(office.instance)),
            *("issue", "publish", str(number)),
        ]
        codes = []
        for point in ("publication.staged", ""):
            done = subprocess.run(
                [sys.executable, *words],
                cwd=ROOT,
                env={**os.environ, faultpoints.VARIABLE: point},
                capture_output=True,
                timeout=120,
                check=False,
            )
            codes.append(done.returncode)
        assert codes == [faultpoints.DIED, 0]
        publication = publications.of_issue(number)
        assert publication is not None
        assert kept.read(publication, press.PDF, settings()).startswith(b"%PDF-")


class TestArchive:
    def test_it_lists_versions_and_finds_what_was_changed(self, office: Office) -> None:
        issue = factories.published_issue(serial_=office.serial)
        rows = json.loads(office.run("archive", "list", "--json").output)
        assert [(row["object"], row["version"]) for row in rows] == [("zwxx-2026-001", 1)]
        whole = office.run("archive", "verify")
        assert (whole.exit_code, whole.output) == (0, whole.output)
        assert whole.output.startswith("档案库完好：1 件，总摘要 ")
        publication = publications.of_issue(issue.id)
        assert publication is not None
        path = Path(kept.address_of(publication, press.PDF, settings()))
        content = bytearray(path.read_bytes())
        content[0] ^= 1
        path.write_bytes(content)
        broken = office.run("archive", "verify", "--json")
        assert broken.exit_code == 1
        assert {one["code"] for one in json.loads(broken.output)["faults"]} == {"A02"}

    def test_an_empty_archive_says_so(self, office: Office) -> None:
        assert "还没有刊物" in office.run("archive", "list").output
