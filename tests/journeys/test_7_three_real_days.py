"""In this file three real days of a daily digest are imported, compiled, published and searched."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from publisher import cli, create_app, database
from publisher.config import read_settings
from publisher.database import db
from publisher.people.permission import Role
from tests import factories
from tests.journeys.printed import words_of_docx, words_of_pdf

DAYS = ("2025-03-16", "2025-03-17", "2025-03-18")
PEOPLE = (
    ("zhou", Role.EDITOR),
    ("wang", Role.CHECKER),
    ("li", Role.DIRECTOR),
    ("zhao", Role.REPORTER),
    ("xu", Role.RESEARCHER),
)


class CommandLine:
    """The commands of an office, each of which must do what it is told."""

    def __init__(self, instance: Path) -> None:
        self.instance = instance

    def __call__(self, *words: str, code: int = 0) -> Any:
        done = CliRunner().invoke(cli.cli, ["--instance", str(self.instance), *words, "--json"])
        assert done.exit_code == code, done.output
        return json.loads(done.output)


@pytest.fixture
def office(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> Iterator[CommandLine]:
    if database_url:
        monkeypatch.setenv("JIANBAO_DATABASE_URL", database_url)
    instance = tmp_path / "office"
    assert CliRunner().invoke(cli.cli, ["--instance", str(instance), "init"]).exit_code == 0
    app = create_app(read_settings(instance), jobs_at_once=True)
    with app.app_context():
        with database.writing():
            factories.serial("每日摘报", code="mrzb", layout="digest")
            for account, role in PEOPLE:
                person = factories.person(role)
                person.account = account
            db.session.commit()
        engine = db.engine
    yield CommandLine(instance)
    engine.dispose()


@pytest.fixture
def real_days(shared_data: Path, tmp_path: Path) -> tuple[Path, dict[str, list[dict[str, str]]]]:
    """The items of three days as a file of lines, and by day in their real order."""
    with gzip.open(shared_data / "news" / "items.jsonl.gz", "rt", encoding="utf-8") as lines:
        items = [item for item in map(json.loads, lines) if item["date"] in DAYS]
    items.sort(key=lambda item: item["id"])
    path = tmp_path / "days.jsonl"
    path.write_text(
        "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items)
        + '{"title": "没有正文的一行", "date": "2025-03-16"}\n',
        encoding="utf-8",
    )
    by_day = groupby(items, key=lambda item: item["date"])
    return path, {day: list(of_day) for day, of_day in by_day}


def test_three_real_days(
    office: CommandLine, real_days: tuple[Path, dict[str, list[dict[str, str]]]]
) -> None:
    path, days = real_days
    count = sum(map(len, days.values()))
    taken = office("items", "import", str(path), "--as", "zhao", code=2)
    assert taken["taken"] == count
    assert [line["line"] for line in taken["refused"]] == [count + 1]
    assert "body" in taken["refused"][0]["reason"]
    for number, (day, items) in enumerate(days.items(), 1):
        issue = office(
            "issue", "compile", "--serial", "mrzb", "--date", day, "--as", "zhou",
            "--imported", ",".join(item["id"] for item in items), "--checked-by", "wang",
        )["issue"]  # fmt: skip
        [signed] = office("issue", "sign", str(issue), "--as", "wang", "--as", "li", "--confirm")
        assert signed["number"] == number
        [published] = office("issue", "publish", str(issue))
        files = {name: Path(path).read_bytes() for name, path in published["files"].items()}
        for words in (words_of_pdf(files["issue.pdf"]), words_of_docx(files["issue.docx"])):
            places = [words.find("".join(item["title"].split())) for item in items]
            # Every title is printed, and in the order of the day.
            assert -1 not in places
            assert places == sorted(places)
    assert office("index", "check")["missing"] == []
    assert office("archive", "verify")["faults"] == []
    for day, items in days.items():
        title = " ".join(max((item["title"] for item in items), key=len).split())
        found = office("search", f"“{title}”", "--as", "xu")
        assert title in {hit["title"] for hit in found["hits"]}, day
