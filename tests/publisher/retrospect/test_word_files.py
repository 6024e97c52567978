"""In this file Word files from everywhere, old and new, whole and broken, are given to the import.

Each ends in a state with words, and none hinders another. The files are real ones out of the tests
of other programs; .doc files are made of them by LibreOffice.
"""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from publisher import cli
from publisher.config import Settings
from publisher.database import db
from publisher.people.model import Person
from publisher.people.permission import Role
from publisher.retrospect import extraction, queries, word
from publisher.retrospect.errors import Unreadable
from publisher.retrospect.model import OldFile
from tests import factories
from tests.conftest import need
from tests.publisher.attachments import samples

pytestmark = [pytest.mark.usefixtures("records"), pytest.mark.shared_data]
VARIED = ("SampleDoc", "testWORD_various")
HOSTILE = (
    "51921-Word-Crash067.docx",
    "PasswordProtected.doc",
    "bug53475-password-is-pass.docx",
    "clusterfuzz-testcase-minimized-POIHWPFFuzzer-5074346559012864.doc",
    "clusterfuzz-testcase-minimized-POIXWPFFuzzer-6733884933668864.docx",
    "SimpleMacro.docm",
    "testAltChunkHTML.docx",
    "testExternalRefs.docx",
    "testWORD_protected_drm.doc",
    "testWORD_truncated.docx",
    "zero-length.docx",
)


@pytest.fixture
def archivist() -> Person:
    factories.serial("政务信息", code="zwxx")
    return factories.person(Role.ARCHIVIST)


def imported(folder: Path, settings: Settings, by: Person) -> dict[str, dict[str, Any]]:
    """What became of each file of a folder, as the command tells it."""
    config = settings.instance / "config.toml"
    config.write_text(f'secret_key = "{"测" * 40}"\n', encoding="utf-8")
    account = by.account
    db.session.commit()
    words = ("--instance", str(settings.instance), "archive", "import", str(folder))
    done = CliRunner().invoke(cli.cli, [*words, "--as", account, "--json"])
    db.session.expire_all()
    return {Path(one["file"]).name: one for one in json.loads(done.output)}


@pytest.fixture
def no_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pages of Word files, which take seconds each; .doc files are converted."""
    convert = extraction.convert

    def to_word_alone(content: bytes, form: str, to: str) -> bytes:
        if to == "pdf":
            raise Unreadable("没有页面。")
        return convert(content, form, to)

    monkeypatch.setattr(extraction, "convert", to_word_alone)


@pytest.mark.usefixtures("no_pages")
class TestFolders:
    def test_every_file_ends_in_a_state_with_words_and_none_hinders_another(
        self, settings: Settings, archivist: Person, shared_data: Path, tmp_path: Path
    ) -> None:
        folder = tmp_path / "old"
        folder.mkdir()
        for name in HOSTILE:
            (folder / name).write_bytes((shared_data / "docx-hostile" / name).read_bytes())
        found = imported(folder, settings, archivist)
        states = {name: one["state"] for name, one in found.items()}
        assert set(found) == set(HOSTILE)
        assert all(str(one["said"]).endswith("。") for one in found.values())
        assert states["SimpleMacro.docm"] == "passed_over"
        for name in HOSTILE:
            if "assword" in name or "drm" in name:
                assert states[name] == "refused"
                assert "设有打开密码" in str(found[name]["said"])
        assert states["testWORD_truncated.docx"] == "refused"
        assert "已损坏" in str(found["testWORD_truncated.docx"]["said"])
        broken = found["clusterfuzz-testcase-minimized-POIHWPFFuzzer-5074346559012864.doc"]
        assert broken["state"] == "unreadable"
        kept = {one["number"] for one in found.values() if "number" in one}
        assert db.session.scalar(select(func.count()).select_from(OldFile)) == len(kept)
        review = {name for name, state in states.items() if state == "review"}
        assert {"testExternalRefs.docx", "zero-length.docx"} <= review

    def test_a_doc_says_what_the_docx_says_that_it_was_made_of(
        self, settings: Settings, archivist: Person, shared_data: Path, tmp_path: Path
    ) -> None:
        need(extraction.has_office(), "LibreOffice (Debian package libreoffice-writer)")
        folder = tmp_path / "old"
        sources = [shared_data / "docx-varied" / f"{name}.docx" for name in VARIED]
        profile = (tmp_path / "profile").as_uri()
        subprocess.run(
            [
                *("soffice", f"-env:UserInstallation={profile}", "--headless"),
                *("--convert-to", "doc", "--outdir", folder, *sources),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
        for source in sources:
            (folder / source.name).write_bytes(source.read_bytes())
        found = imported(folder, settings, archivist)
        assert {one["state"] for one in found.values()} == {"review"}
        for name in VARIED:
            texts = [
                "".join(_text(found[f"{name}.{form}"]["number"]).split())
                for form in ("doc", "docx")
            ]
            assert texts[0] == texts[1]
            assert texts[0]


def _text(number: object) -> str:
    draft = queries.old_file(int(str(number))).draft
    return "\n".join(f"{one['title']}\n{one['body']}" for one in draft["articles"])


class TestNumbers:
    @pytest.mark.parametrize(
        ("name", "numbered"),
        [
            ("lists_restarting", ["2.Foo", "3.Bar", "4.Baz", "1.Bop."]),
            ("lists_continuing", ["1.Foo", "2.Bar", "3.Baz", "4.Bop"]),
        ],
    )
    def test_lists_begin_and_go_on_as_word_counts_them(
        self, shared_data: Path, name: str, numbered: list[str]
    ) -> None:
        content = (shared_data / "docx-varied" / f"{name}.docx").read_bytes()
        texts = [one.text for one in word.read_docx(content).paragraphs]
        assert [text for text in texts if text[0].isdigit()] == numbered


def test_a_file_saved_as_strict_open_xml_is_read(shared_data: Path) -> None:
    content = (shared_data / "docx-varied" / "7691.docx").read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert word.STRICT in package.read("word/document.xml")
    assert [one.text for one in word.read_docx(content).paragraphs]


class TestLocked:
    def test_one_kept_before_is_not_handed_to_an_office_program(self) -> None:
        for form in ("doc", "docx"):
            with pytest.raises(Unreadable, match="打开密码"):
                extraction.read(samples.compound("EncryptedPackage"), form)
