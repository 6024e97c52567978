"""In this file issues are typeset from the command line, one or many, and faces are told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from publisher import cli

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
