"""In this file items come in from files of lines: the good are taken, the bad are named."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select

from publisher import cli
from publisher.database import db
from publisher.history import HistoryEntry
from publisher.people.model import Person
from publisher.people.permission import Role
from publisher.submissions import importing
from publisher.submissions.model import Channel, Kind, State, Submission
from tests import factories


@pytest.fixture
def database_url(either_database_url: str) -> str:
    return either_database_url


@pytest.fixture
def reporter(records: None) -> Person:  # noqa: ARG001 - the person is kept there
    return factories.person(Role.REPORTER, name="赵报")


def item(**other: Any) -> dict[str, Any]:
    return {
        "title": "清溪县推行“一窗通办”",
        "date": "2026-11-18",
        "body": "第一段。\n第二段。",
        "source": "云汀日报",
    } | other


def line(**other: Any) -> bytes:
    return json.dumps(item(**other), ensure_ascii=False).encode() + b"\n"


def take(reporter: Person, *lines: bytes, month: str = "") -> importing.Report:
    return importing.import_lines(lines, by=reporter, longest_body=1000, only_month=month)


def kept() -> list[Submission]:
    return list(db.session.scalars(select(Submission).order_by(Submission.id)).unique())


class TestTaken:
    def test_a_line_becomes_a_submission_of_its_day(self, reporter: Person) -> None:
        report = take(reporter, line(id="a1", kind="experience"))
        assert (report.taken, report.known, report.refused) == (1, 0, [])
        (found,) = kept()
        assert found.body == "第一段。\n\n第二段。"
        assert (found.kind, found.channel, found.state) == (
            Kind.EXPERIENCE,
            Channel.IMPORT,
            State.SUBMITTED,
        )
        assert (found.source, found.imported_as) == ("云汀日报", "a1")
        assert found.submitted_at.isoformat() == "2026-11-18T08:00:00+08:00"
        told = db.session.scalars(
            select(HistoryEntry).where(HistoryEntry.subject == f"submission:{found.id}")
        ).one()
        assert (told.act, told.actor) == ("submit", "赵报")

    def test_a_key_is_taken_once_within_a_file_and_from_file_to_file(
        self, reporter: Person
    ) -> None:
        first = take(reporter, line(id="a1", title="先到的"), line(id="a1", title="后到的"))
        again = take(reporter, line(id="a1"), line(id="a2"), line(), line())
        assert (first.taken, first.known) == (1, 1)
        assert (again.taken, again.known) == (3, 1)
        assert [one.imported_as for one in kept()] == ["a1", "a2", None, None]
        assert kept()[0].title == "先到的"

    def test_only_the_asked_month_is_taken(self, reporter: Person) -> None:
        lines = [line(date=f"2026-{month:02}-01", id=f"a{month}") for month in range(1, 13)]
        assert take(reporter, *lines, month="2026-03").taken == 1
        assert kept()[0].imported_as == "a3"

    def test_a_month_is_found_behind_any_number_of_batches_of_other_months(
        self, reporter: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(importing, "AT_ONCE", 2)
        lines = [line(date="2025-01-01")] * 7 + [line(id="a1"), line(date="2025-01-01")] * 2
        report = take(reporter, *lines, month="2026-11")
        assert (report.taken, report.known) == (1, 1)


class TestRefused:
    @pytest.mark.parametrize("batch", [2, 500])
    def test_each_bad_line_is_named_with_its_reason_and_the_rest_is_taken(
        self, reporter: Person, batch: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(importing, "AT_ONCE", batch)
        bad = {
            b'{"title": ': "不是有效的 JSON。",
            b"[1, 2]\n": "应为一组“名称：值”（JSON 对象）。",
            b'"title"\n': "应为一组“名称：值”（JSON 对象）。",
            b"[" * 100_000: "不是有效的 JSON。",
            b'{"title": ' + b"1" * 5000 + b"}\n": "不是有效的 JSON。",
            line(title=""): "缺少“title”。",
            line(title="　 "): "缺少“title”。",
            line(title="\0"): "缺少“title”。",
            line(title=None): "缺少“title”。",
            line(title=5): "“title”应为文字。",
            line(title="长" * 301): "“title”过长，最多300字。",
            json.dumps(item(title="半个\ud800字")).encode(): "“title”里有不成字的编码。",
            line(body=""): "缺少“body”。",
            line(body=["段"]): "“body”应为文字。",
            line(body="长" * 1001): "“body”过长，最多1000字。",
            line(date="2026-02-30"): "“date”应为 2026-03-09 这样的日期。",
            line(date="明天"): "“date”应为 2026-03-09 这样的日期。",
            line(date="0001-01-01"): "“date”早于1900年。",
            line(date=""): "缺少“date”。",
            line(kind="传闻"): f"“kind”应为以下之一：{'、'.join(Kind)}。",
            line(source={"name": "报"}): "“source”应为文字。",
            line(source="长" * 201): "“source”过长，最多200字。",
            line(id=7): "“id”应为文字。",
            line(id="长" * 121): "“id”过长，最多120字。",
            item_in_gbk(): "不是 UTF-8 编码。",
        }
        lines = [one for wrong in bad for one in (line(), wrong)]
        report = take(reporter, *lines)
        expected = [(2 * n, reason) for n, reason in enumerate(bad.values(), 1)]
        assert report.refused == expected
        assert report.taken == len(kept()) == len(bad)

    def test_blank_lines_and_the_mark_before_a_file_are_passed_over(self, reporter: Person) -> None:
        report = take(reporter, b"\xef\xbb\xbf" + line(), b"\n", b"  \r\n", "　\n".encode(), b"x")
        assert report.taken == 1
        assert report.refused == [(5, "不是有效的 JSON。")]

    def test_nul_is_left_out(self, reporter: Person) -> None:
        assert take(reporter, line(id="a\0b", title="甲\0乙", body="正\0文")).taken == 1
        assert (kept()[0].title, kept()[0].body, kept()[0].imported_as) == ("甲乙", "正文", "ab")


def item_in_gbk() -> bytes:
    return json.dumps(item(), ensure_ascii=False).encode("gbk") + b"\n"


class TestCommand:
    @pytest.fixture
    def database_url(self) -> str:
        return ""

    @pytest.fixture
    def instance(self, app: Flask, reporter: Person) -> Path:
        folder: Path = app.extensions["settings"].instance
        (folder / "config.toml").write_text(f'secret_key = "{"测" * 40}"', encoding="utf-8")
        reporter.account = "zhao"
        db.session.commit()
        return folder

    def run(self, instance: Path, *words: str) -> Result:
        db.session.rollback()
        return CliRunner().invoke(cli.cli, ["--instance", str(instance), "items", "import", *words])

    def test_a_packed_file_is_taken_and_again_taken_as_known(self, instance: Path) -> None:
        file = instance / "items.jsonl.gz"
        file.write_bytes(gzip.compress(line(id="a1") + line(id="a2")))
        first, again = (self.run(instance, str(file), "--as", "zhao") for _turn in range(2))
        assert (first.exit_code, again.exit_code) == (0, 0)
        assert "已导入 2 条，已有 0 条，未收 0 条。" in first.output
        assert "已导入 0 条，已有 2 条，未收 0 条。" in again.output

    def test_refused_lines_are_told_and_the_exit_code_says_so(self, instance: Path) -> None:
        file = instance / "items.jsonl"
        file.write_bytes(line() + b"{\n" * 25 + item_in_gbk())
        told = self.run(instance, str(file), "--as", "zhao")
        assert told.exit_code == 2
        assert "已导入 1 条" in told.output
        assert "第 2 行：不是有效的 JSON。" in told.output
        assert "另有 6 行未收" in told.output
        report = json.loads(self.run(instance, str(file), "--as", "zhao", "--json").output)
        assert report["refused"][-1] == {"line": 27, "reason": "不是 UTF-8 编码。"}

    def test_a_packed_file_cut_short_is_taken_as_far_as_it_goes(self, instance: Path) -> None:
        many = b"".join(line(id=f"a{n}", body=f"{n * 7919}" * 40) for n in range(400))
        packed = gzip.compress(many)
        file = instance / "items.jsonl.gz"
        file.write_bytes(packed[: len(packed) // 2])
        told = self.run(instance, str(file), "--as", "zhao")
        assert told.exit_code == 2
        assert "压缩文件从这里起已损坏" in told.output
        assert 0 < db.session.scalar(select(func.count(Submission.id))) < 400  # type: ignore[operator]

    def test_a_file_that_is_not_packed_whatever_its_name_is_named(self, instance: Path) -> None:
        file = instance / "items.jsonl.gz"
        file.write_bytes(line())
        told = self.run(instance, str(file), "--as", "zhao")
        assert (told.exit_code, "压缩文件从这里起已损坏" in told.output) == (2, True)

    def test_an_account_that_does_not_exist_is_named(self, instance: Path) -> None:
        file = instance / "items.jsonl"
        file.write_bytes(line())
        told = self.run(instance, str(file), "--as", "meiyou")
        assert told.exit_code == 1
        assert "没有账号“meiyou”。" in str(told.exception)

    def test_real_news_of_a_month_come_in(self, instance: Path, shared_data: Path) -> None:
        file = shared_data / "news" / "items.jsonl.gz"
        told = self.run(instance, str(file), "--as", "zhao", "--month", "2025-03", "--json")
        report = json.loads(told.output)
        assert report["taken"] > 100
        assert report["refused"] == []
