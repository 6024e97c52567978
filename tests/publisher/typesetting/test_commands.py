"""In this file issues are typeset from the command line, and faces and layouts are told."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import layouts
from layouts.layout import LIBRARY
from publisher import cli, create_app, database
from publisher.config import read_settings
from publisher.database import db
from tests import factories

SOURCE = {
    "form": 1,
    "serial": "政务信息",
    "office": "云汀市人民政府办公室编",
    "date": "2026-11-20",
    "number": 12,
    "total": 1487,
    "year": 2026,
    "sections": [
        {
            "title": "工作动态",
            "articles": [{"title": "白石县夏粮收购进度过九成", "body": "全县收购夏粮3.5万吨。"}],
        }
    ],
}


def run(instance: Path, *words: str) -> Result:
    return CliRunner().invoke(cli.cli, ["--instance", str(instance), *words])


def written(path: Path, **changes: Any) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(SOURCE | changes), encoding="utf-8")
    return str(path)


class TestTypeset:
    def test_three_files_without_an_office(self, tmp_path: Path) -> None:
        source, out = tmp_path / "issue.json", tmp_path / "out"
        source.write_text(json.dumps(SOURCE), encoding="utf-8")
        answer = run(tmp_path / "none", "typeset", str(source), "--out", str(out), "--json")
        report = json.loads(answer.output)
        assert (report["pages"], report["faults"]) == (1, [])
        assert (out / "issue.pdf").read_bytes().startswith(b"%PDF-")
        assert (out / "issue.docx").read_bytes().startswith(b"PK")
        page = (out / "issue.html").read_text(encoding="utf-8")
        assert page.startswith("<!DOCTYPE html>")
        assert "全县收购夏粮3.5万吨" in page

    def test_the_field_that_is_wrong_is_named(self, tmp_path: Path) -> None:
        source = tmp_path / "issue.json"
        wrong = {**SOURCE, "sections": [{"title": "工作动态", "articles": [{"body": "x"}]}]}
        source.write_text(json.dumps(wrong), encoding="utf-8")
        answer = run(tmp_path, "typeset", str(source), "--out", str(tmp_path / "out"))
        assert answer.exit_code == 1
        assert "sections[0].articles[0].title" in answer.output
        assert not (tmp_path / "out").exists()

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            (b"{", "第 1 行第 2 列"),
            ("政务".encode("gb18030"), "不是 UTF-8"),
            (b"[]", "JSON"),
            (b"[" * 200_000, "层次过深"),
            (b"1" * 5_000, "数字过长"),
        ],
    )
    def test_what_is_no_json_is_said(self, tmp_path: Path, content: bytes, sentence: str) -> None:
        source = tmp_path / "issue.json"
        source.write_bytes(content)
        answer = run(tmp_path, "typeset", str(source), "--out", str(tmp_path / "out"))
        assert (answer.exit_code, sentence in answer.output) == (1, True)

    def test_many_each_into_its_folder_and_a_wrong_one_stops_no_other(self, tmp_path: Path) -> None:
        first, third = written(tmp_path / "一.json"), written(tmp_path / "三.json")
        wrong = written(tmp_path / "二.json", date="昨天")
        out = tmp_path / "out"
        answer = run(tmp_path, "typeset", first, wrong, third, "--out", str(out), "--json")
        assert answer.exit_code == 1
        assert f"出错：{wrong}：" in answer.stderr
        reports = json.loads(answer.stdout)
        assert [one["source"] for one in reports] == [first, wrong, third]
        assert "date：" in reports[1]["error"]
        assert [one["pages"] for one in (reports[0], reports[2])] == [1, 1]
        assert all(one["seconds"] > 0 for one in (reports[0], reports[2]))
        assert sorted(path.name for path in out.iterdir()) == ["一", "三"]
        assert (out / "三" / "issue.pdf").read_bytes().startswith(b"%PDF-")

    def test_two_of_one_name_do_not_overwrite_each_other(self, tmp_path: Path) -> None:
        files = [written(tmp_path / "a" / "1.json"), written(tmp_path / "b" / "1.json")]
        answer = run(tmp_path, "typeset", *files, "--out", str(tmp_path / "out"))
        assert answer.exit_code == 1
        assert "同名" in answer.stderr
        assert str(tmp_path / "out" / "1" / "issue.pdf") in answer.stdout


class TestFonts:
    def test_each_face_is_told_with_what_it_lacks(self, tmp_path: Path) -> None:
        answer = run(tmp_path, "fonts", "--json")
        reports = json.loads(answer.output)
        assert [one["face"] for one in reports] == ["title", "fang", "kai", "hei", "song"]
        assert all(len(one["first"]) == min(one["lacks"], 20) for one in reports)
        assert len(run(tmp_path, "fonts").output.splitlines()) == 5

    def test_the_characters_of_a_text_are_looked_for(self, tmp_path: Path) -> None:
        text = tmp_path / "名单.txt"
        text.write_text("张\U0003fffa\n", encoding="utf-8")
        for one in json.loads(run(tmp_path, "fonts", "--text", str(text), "--json").output):
            assert "张" not in one["first_missing"]
            assert one["first_missing"] in (["\U0003fffa"], [])
        text.write_bytes("政务".encode("gb18030"))
        refused = run(tmp_path, "fonts", "--text", str(text))
        assert (refused.exit_code, "不是 UTF-8" in refused.output) == (1, True)


class TestKeptLayout:
    def test_an_issue_out_of_the_archive_is_set_in_the_layout_beside_it(
        self, tmp_path: Path
    ) -> None:
        look = dataclasses.replace(layouts.read_layout("digest"), name="county")
        text = layouts.text_of(look)
        version = hashlib.sha256(text.encode()).hexdigest()[:16]
        form = json.loads((LIBRARY / "sample.json").read_text(encoding="utf-8"))
        source = tmp_path / "object" / "source.json"
        source.parent.mkdir()
        form |= {"layout": "county", "layout_version": version}
        source.write_text(json.dumps(form), encoding="utf-8")
        out = ("--out", str(tmp_path / "out"))
        refused = run(tmp_path / "none", "typeset", str(source), *out)
        assert refused.exit_code == 1
        assert version in refused.output
        assert "layout.json" in refused.output
        source.with_name("layout.json").write_text(text, encoding="utf-8")
        assert run(tmp_path / "none", "typeset", str(source), *out).exit_code == 0


class TestLayouts:
    def test_they_are_listed_with_whose_they_are_and_who_uses_them(self, tmp_path: Path) -> None:
        instance = tmp_path / "office"
        assert run(instance, "init").exit_code == 0
        assert run(instance, "layouts", "new", "county", "--from", "digest").exit_code == 0
        app = create_app(read_settings(instance), jobs_at_once=True)
        with app.app_context(), database.writing():
            factories.serial("县情", code="xq").layout = "county"
            db.session.commit()
            db.engine.dispose()
        rows = json.loads(run(instance, "layouts", "list", "--json").output)
        by_name = {row["name"]: row for row in rows}
        assert by_name["county"]["whose"] == "office"
        assert by_name["county"]["serials"] == ["县情"]
        assert by_name["county"]["title"] == by_name["digest"]["title"] == "每日要情"
        assert (by_name["regular"]["whose"], by_name["regular"]["serials"]) == ("library", [])
        assert "本办自有  用于《县情》" in run(instance, "layouts", "list").output

    def test_the_library_is_listed_and_right_without_an_office(self, tmp_path: Path) -> None:
        assert "regular" in run(tmp_path / "none", "layouts", "list").output
        answer = run(tmp_path / "none", "layouts", "check")
        assert (answer.exit_code, "regular：无误。" in answer.output) == (0, True)
        assert not (tmp_path / "none").exists()

    def test_a_new_one_is_its_base_until_it_is_changed(self, tmp_path: Path) -> None:
        assert run(tmp_path, "layouts", "new", "county").exit_code == 1
        assert run(tmp_path, "init").exit_code == 0
        assert run(tmp_path, "layouts", "new", "county").exit_code == 0
        folder = tmp_path / "layouts"
        mine, base = (layouts.read_layout(name, folder) for name in ("county", "regular"))
        assert dataclasses.replace(mine, name="regular") == base
        said = (folder / "county" / "layout.toml").read_text(encoding="utf-8")
        assert "# [style.body]" in said
        for taken in ("county", "regular", "reading_sheet"):
            refused = run(tmp_path, "layouts", "new", taken)
            assert (refused.exit_code, "已有这个名字" in refused.output) == (1, True)
        for words in (["../x"], ["甲"], ["other", "--from", "nothing"]):
            assert run(tmp_path, "layouts", "new", *words).exit_code == 1
        assert [path.name for path in folder.iterdir()] == ["county"]

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            (b"[style.body]\nsize = 900", "style.body.size"),
            (b"[style.bodi]\nsize = 9", "style.bodi"),
            (b'[colors]\nrule = "red"', "colors.rule"),
            (b"[colors", "layout.toml"),
        ],
    )
    def test_the_field_that_is_wrong_is_named(
        self, tmp_path: Path, said: bytes, field: str
    ) -> None:
        path = tmp_path / "layouts" / "county" / "layout.toml"
        path.parent.mkdir(parents=True)
        path.write_bytes(b'based_on = "regular"\n' + said)
        answer = run(tmp_path, "layouts", "check", "regular", "county", "--json")
        assert answer.exit_code == 1
        right, wrong = json.loads(answer.output)
        assert (right["faults"], wrong["faults"][0]["field"]) == ([], field)
        path.write_bytes(b'based_on = "regular"')
        path.with_name("page.css").write_bytes(b"\xff")
        assert "page.css" in run(tmp_path, "layouts", "check", "county").output

    def test_the_sample_is_set_in_a_layout(self, tmp_path: Path) -> None:
        answer = run(tmp_path, "layouts", "preview", "digest", "--out", str(tmp_path / "out"))
        assert answer.exit_code == 0
        for name, start in (("pdf", b"%PDF-"), ("docx", b"PK"), ("html", b"<!DOCTYPE")):
            assert (tmp_path / "out" / f"issue.{name}").read_bytes().startswith(start)
        refused = run(tmp_path, "layouts", "preview", "nothing", "--out", str(tmp_path / "out"))
        assert (refused.exit_code, "没有这个版式" in refused.output) == (1, True)
