"""In this file we try that every fault of a layout is named, and that its CSS cannot reach out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import layouts
from layouts.checking import css_faults
from layouts.docx.styles import KINDS
from layouts.layout import LARGEST, LIBRARY, MOST_FAULTS, Said, layout_of
from layouts.settings import SETTINGS, say, unsaid
from tests.layouts import samples, word

WRONG = """\
based_on = "regular"
title = ""
number_pattern = "第{number:>999999999}期"
supplement_pattern = "增刊"
parts = ["contents", "contents", "editor_note", "addressee"]
colour = "red"

[words]
contents = "本期要目本期要目本期要目本期要目"
print_run = "（共印{n.__class__}份）"

[colors]
masthead = "red"
rule = "#12345"

[contents]
from_articles = -1
marker = "——◇——"

[imprint]
names = ["signer", "autor"]
print_run = "yes"

[style.body]
size = 900
face = "comic"
before = nan

[style.serial_name]
least = 119

[style.article_titel]
size = 20
"""


def own(folder: Path, text: str, css: str | bytes | None = None) -> layouts.layout.Layout:
    """A layout of an office's own, read."""
    path = folder / "own" / "layout.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    if css is not None:
        path.with_name("page.css").write_bytes(css.encode() if isinstance(css, str) else css)
    return layouts.read_layout("own", folder)


class TestFaults:
    def test_every_wrong_field_is_named_with_what_is_allowed(self, tmp_path: Path) -> None:
        with pytest.raises(layouts.LayoutInvalid) as caught:
            own(tmp_path, WRONG)
        faults = dict(caught.value.faults)
        assert faults == {
            "colour": "不认识的设置，请核对拼写；是不是 colors。",
            "style.article_titel": "不认识的设置，请核对拼写；是不是 article_title。",
            "title": "不能为空。",
            "number_pattern": "花括号里只能是 {number}、{total}、{year}。",
            "supplement_pattern": "必须含 {number}。",
            "parts": "“contents”不止一次。",
            "words.contents": "过长，最多12字。",
            "words.print_run": "花括号里只能是 {n}。",
            "colors.masthead": "应为 #d7000f 这样的颜色。",
            "colors.rule": "应为 #d7000f 这样的颜色。",
            "contents.from_articles": "应为0至1000之间的整数。",
            "contents.marker": "过长，最多2字。",
            "imprint.names": "不认识“autor”，可用：signer、checker、editor、phone。",
            "imprint.print_run": "应为 true 或 false。",
            "style.body.face": "应为以下之一：title、fang、kai、hei、song。",
            "style.body.size": "应为5至28之间的磅数。",
            "style.body.before": "应为0至10之间的行数。",
            "style.serial_name.least": "不能大于这一样式的字号。",
        }
        assert str(caught.value).endswith("（另有17处有误）")

    def test_a_layout_based_on_nothing_is_told_all_it_lacks(self, tmp_path: Path) -> None:
        with pytest.raises(layouts.LayoutInvalid) as caught:
            own(tmp_path, 'title = "空"')
        missing = {field for field, _reason in caught.value.faults}
        assert {"number_pattern", "words.contents", "colors.rule", "style.body"} <= missing
        assert "words.addressee" not in missing

    def test_a_flood_of_faults_is_cut(self, tmp_path: Path) -> None:
        text = 'based_on = "regular"\n' + "".join(f"x{n} = 1\n" for n in range(5000))
        with pytest.raises(layouts.LayoutInvalid) as caught:
            own(tmp_path, text)
        assert len(caught.value.faults) == MOST_FAULTS

    @pytest.mark.parametrize("path", list(SETTINGS))
    def test_no_setting_takes_just_anything(self, path: str) -> None:
        data: dict[str, Any] = {**unsaid()}
        say(data, path, {"a": [1]})
        with pytest.raises(layouts.LayoutInvalid) as caught:
            layout_of(Said("own", data))
        assert path in dict(caught.value.faults)

    def test_a_file_too_large_or_too_deep_is_refused(self, tmp_path: Path) -> None:
        for text in ("#" * (LARGEST + 1), "a = " + "[" * 20_000):
            with pytest.raises(layouts.LayoutInvalid) as caught:
                own(tmp_path, text)
            assert caught.value.field == "layout.toml"


class TestCss:
    @pytest.mark.parametrize(
        "css",
        [
            ".a { background: url(http://10.0.0.1/x.png) }",
            ".a { background: URL('file:///etc/passwd') }",
            r".a { background: u\72l(x) }",
            "@import 'other.css';",
            r"@\69mport 'other.css';",
            "@font-face { font-family: a; src: url(x) }",
            "@page { @top-left { content: image-set('x' 1x) } }",
            "@media print { .a { background: url(x) } }",
            ".a { content: attr(href url) }",
            ".a { background: image(x) }",
        ],
    )
    def test_what_reaches_outside_is_refused_with_its_line(self, css: str) -> None:
        faults = css_faults("/* 版面 */\n\n" + css)
        assert faults
        assert all(
            place == "page.css" and said.startswith("第3行：不能用") for place, said in faults
        )

    def test_what_cannot_be_read_is_refused(self, tmp_path: Path) -> None:
        assert css_faults(".a { color: red } }")[0][1].startswith("第1行：写法有误")
        assert css_faults("(" * 50_000)[0][1].startswith("第1行：写法有误")
        assert "最多" in css_faults(" " * 200_000)[0][1]
        with pytest.raises(layouts.LayoutInvalid, match="UTF-8"):
            own(tmp_path, 'based_on = "regular"', b"\xff\xfe")

    def test_that_of_the_library_is_sound(self) -> None:
        sheets = list(LIBRARY.glob("*/page.css"))
        assert sheets
        assert all(css_faults(path.read_text(encoding="utf-8")) == [] for path in sheets)

    def test_the_fault_of_a_base_is_named_with_its_layout(self, tmp_path: Path) -> None:
        with pytest.raises(layouts.LayoutInvalid):
            own(tmp_path, 'based_on = "regular"', "@import 'x';")
        (tmp_path / "second").mkdir()
        (tmp_path / "second" / "layout.toml").write_text('based_on = "own"', encoding="utf-8")
        with pytest.raises(layouts.LayoutInvalid) as caught:
            layouts.read_layout("second", tmp_path)
        assert caught.value.field == "own/page.css"


class TestOrder:
    """What an office orders otherwise stands so in every press."""

    def test_parts_and_imprint_stand_in_the_order_of_the_layout(self, tmp_path: Path) -> None:
        text = (
            'based_on = "regular"\n'
            'parts = ["editor_note", "contents", "correction", "addressee"]\n'
            "[imprint]\n"
            'recipients = ["to_subordinate", "to_superior"]\n'
            'names = ["editor", "signer"]\n'
            "print_run = false\n"
        )
        own(tmp_path, text)
        data = samples.source(layout="own", editor_note="按语一段。", correction="更正一处。")
        document = layouts.compose(layouts.read_source(data), tmp_path)
        html = layouts.typeset(document, "html", layouts_dir=tmp_path).content.decode()
        docx = layouts.typeset(document, "docx", layouts_dir=tmp_path).content
        said = [one.text for one in word.opened(docx).paragraphs]
        front = ["按语一段。", "本期要目", "更正一处。"]
        places = [next(n for n, one in enumerate(said) if words in one) for words in front]
        assert places == sorted(places)
        assert [html.index(words) for words in front] == sorted(map(html.index, front))
        foot = [one.text for one in word.opened(docx).paragraphs if "imprint" in _kind(one)]
        assert [line[:2] for line in foot if line][:2] == ["发：", "报："]
        assert "送：" not in html
        # A name of two characters is set apart among longer ones: the words stand between marks.
        printed = re.sub(r"<[^>]+>", "", html)
        assert printed.index("责任编辑：沈青") < printed.index("签发：周立言")
        assert "核稿" not in html
        assert "共印" not in html
        assert not any("核稿" in line or "共印" in line for line in said)


def _kind(paragraph: Any) -> str:
    names = {kind.name: key for key, kind in KINDS.items()}
    return names.get(paragraph.style.name, "")
