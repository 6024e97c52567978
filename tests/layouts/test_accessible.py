"""In this file each layout's and each sheet's PDF is held to PDF/A-3u and to PDF/UA-1 at once.

The validator is veraPDF, which `./check` fetches where Java and Maven are; without it the tests of
structure remain.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image

import layouts
from layouts.copying import sample_source
from layouts.fonts import found_face
from tests.layouts import samples
from tests.layouts.test_sheet import filled

ROOT = Path(__file__).parents[2]
VALIDATOR = ROOT / ".venv/jianbao/verapdf/greenfield-apps.jar"
BODY = (
    "# 一、甲\n\n正文。\n\n### 1.丙\n\n![现场](photo:1)\n\n"
    "| 乡镇 | 件数 |\n|---|--:|\n| 石桥镇 | 12 |\n| 柳湾乡 | 7 |\n"
)

pytestmark = pytest.mark.skipif(
    not found_face("fang").used, reason="no face for 仿宋 on this machine"
)


@pytest.fixture(scope="module")
def whole() -> Iterator[pikepdf.Pdf]:
    """An issue with headings that leave a level out, a photo, a table, contents and an imprint."""
    stream = io.BytesIO()
    Image.new("RGB", (80, 50), (90, 140, 200)).save(stream, "JPEG")
    data = samples.source()
    data["sections"][0]["articles"][0]["body"] = BODY
    edition = layouts.typeset(samples.document(data), "pdf", images={"1": stream.getvalue()})
    with pikepdf.open(io.BytesIO(edition.content)) as pdf:
        yield pdf


def elements(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """The elements of the tree of tags, in reading order."""
    waiting = [pdf.Root.StructTreeRoot.K[0]]
    while waiting:
        one = waiting.pop()
        if isinstance(one, pikepdf.Dictionary) and "/S" in one:
            yield one
            waiting += reversed(list(one.get("/K", [])))


def tagged(pdf: pikepdf.Pdf, name: str) -> list[Any]:
    return [one for one in elements(pdf) if f"/{name}" == one.S]


class TestStructure:
    def test_the_file_says_language_title_and_that_it_is_tagged(self, whole: pikepdf.Pdf) -> None:
        assert str(whole.Root.Lang) == "zh-CN"
        assert whole.Root.MarkInfo.Marked is True
        assert whole.Root.ViewerPreferences.DisplayDocTitle is True

    def test_it_names_both_standards(self, whole: pikepdf.Pdf) -> None:
        words = whole.Root.Metadata.read_bytes().decode()
        assert re.search(r'pdfaid:part="3"', words)
        assert re.search(r'pdfaid:conformance="U"', words)
        assert re.search(r'pdfuaid:part="1"', words)

    def test_headings_begin_at_the_first_level_and_leave_none_out(self, whole: pikepdf.Pdf) -> None:
        levels = [int(str(one.S)[2]) for one in elements(whole) if re.match(r"/H\d", str(one.S))]
        # 栏目, 稿件, 一级, 三级 (which stands below the first here), 稿件
        assert levels == [1, 2, 3, 4, 2]

    def test_heads_of_a_table_say_what_they_stand_over(self, whole: pikepdf.Pdf) -> None:
        heads = tagged(whole, "TH")
        assert [str(one.A.Scope) for one in heads] == ["/Column", "/Column"]

    def test_the_labels_of_a_sheet_stand_before_their_row(self) -> None:
        sheet, _words = filled("supervision_notice")
        with pikepdf.open(io.BytesIO(layouts.typeset_sheet(sheet, "pdf").content)) as pdf:
            scopes = {str(one.A.Scope) for one in tagged(pdf, "TH")}
        assert scopes == {"/Row"}

    def test_every_link_of_the_contents_is_tagged_as_one(self, whole: pikepdf.Pdf) -> None:
        pointing = [
            one
            for one in elements(whole)
            if any(isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR"
                   for kid in one.get("/K", []))
        ]  # fmt: skip
        assert len(pointing) >= 2
        assert {str(one.S) for one in pointing} == {"/Link"}

    def test_a_photo_has_words_in_its_place(self, whole: pikepdf.Pdf) -> None:
        assert [str(one.Alt) for one in tagged(whole, "Figure")] == ["现场"]

    def test_its_source_is_attached_as_its_source(self, whole: pikepdf.Pdf) -> None:
        attached = {str(one.AFRelationship) for one in whole.Root.AF}
        assert attached == {"/Source", "/Alternative"}

    def test_it_has_its_colours_meant_and_no_script(self, whole: pikepdf.Pdf) -> None:
        assert whole.Root.OutputIntents[0].S == "/GTS_PDFA1"
        names = whole.Root.get("/Names", pikepdf.Dictionary())
        assert "/JavaScript" not in names
        assert "/OpenAction" not in whole.Root

    def test_every_face_is_in_it_and_says_its_characters(self, whole: pikepdf.Pdf) -> None:
        faces = [face for page in whole.pages for face in page.Resources.Font.values()]
        assert faces
        for face in faces:
            assert "/ToUnicode" in face
            held = face.DescendantFonts[0].FontDescriptor
            assert {"/FontFile2", "/FontFile3"} & set(held.keys())


class TestValidator:
    def test_every_layout_sheet_and_numbered_copy_is_pdf_a_3u_and_pdf_ua_1(
        self, tmp_path: Path
    ) -> None:
        java = shutil.which("java")
        if java is None or not VALIDATOR.is_file():
            pytest.skip("no Java or no veraPDF; ./check fetches it where Java and Maven are")
        for name in layouts.layout_names():
            data = sample_source(name)
            edition = layouts.typeset(layouts.compose(layouts.read_source(data)), "pdf")
            (tmp_path / f"{name}.pdf").write_bytes(edition.content)
        marks = [layouts.CopyMark("000012", "市长周立言")]
        (stamped,) = layouts.numbered_copies(edition.content, name, marks)
        (tmp_path / "numbered copy.pdf").write_bytes(stamped)
        for name in layouts.sheet_names():
            sheet, _words = filled(name)
            (tmp_path / f"{name}.pdf").write_bytes(layouts.typeset_sheet(sheet, "pdf").content)
        files = sorted(map(str, tmp_path.glob("*.pdf")))
        for flavour in ("3u", "ua1"):
            done = subprocess.run(
                [
                    str(java), "-cp", str(VALIDATOR), "org.verapdf.apps.GreenfieldCliWrapper",
                    "--flavour", flavour, "--format", "json", *files,
                ],
                capture_output=True,
                check=False,
                timeout=300,
            )  # fmt: skip
            jobs = json.loads(done.stdout)["report"]["jobs"]
            wrong = {
                Path(job["itemDetails"]["name"]).name: [
                    f"{rule['clause']}-{rule['testNumber']} {rule['description']}"
                    for result in job["validationResult"]
                    for rule in result["details"]["ruleSummaries"]
                ]
                for job in jobs
                if not all(result["compliant"] for result in job["validationResult"])
            }
            assert len(jobs) == len(files)
            assert wrong == {}
