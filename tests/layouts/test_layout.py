"""In this file we try layouts as data, the faces behind them, and the look before printing."""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path

import pytest
from PIL import Image

import layouts
from layouts.fonts import (
    FACES,
    LATIN_FAMILIES,
    _joined,
    css_families,
    fontconfig_environment,
    found_face,
    latin_files,
    missing_characters,
)
from layouts.pdf.style import fitted_size, style_sheet
from tests.layouts import samples

needs_fontconfig = pytest.mark.skipif(
    shutil.which("fc-list") is None, reason="no fontconfig on this machine"
)


def layout_of(folder: Path, text: str) -> layouts.layout.Layout:
    (folder / "own").mkdir(exist_ok=True)
    (folder / "own" / "layout.toml").write_text(text, encoding="utf-8")
    return layouts.read_layout("own", folder)


class TestReadLayout:
    @pytest.mark.parametrize("name", layouts.layout_names())
    def test_every_layout_of_the_library_is_sound(self, name: str) -> None:
        assert layouts.read_layout(name).name == name

    def test_an_own_layout_changes_only_what_it_says(self, tmp_path: Path) -> None:
        own = layout_of(tmp_path, 'based_on = "regular"\n[words]\ncontents = "要目"\n')
        assert own.words["contents"] == "要目"
        assert own.words["editor_note"] == "编者按："

    def test_the_library_has_every_layout_of_the_default_pack(self) -> None:
        assert layouts.layout_titles() == [
            ("regular", "政务信息"), ("digest", "每日要情"), ("flash", "信息快报"),
            ("followup", "批示反馈"), ("research", "调研"), ("score_bulletin", "通报"),
            ("situation", "情况反映"), ("special_issue", "专刊"), ("special_report", "信息专报"),
            ("supervision", "督查专报"), ("supplement", "增刊"),
        ]  # fmt: skip

    def test_a_wrong_layout_is_offered_with_what_is_wrong(self, tmp_path: Path) -> None:
        with pytest.raises(layouts.LayoutInvalid):
            layout_of(tmp_path, 'based_on = "regular"\ntitle = 5')
        (title,) = (title for name, title in layouts.layout_titles(tmp_path) if name == "own")
        assert title.startswith("own（")
        assert "title" in title

    def test_one_written_before_a_setting_was_there_still_holds(self, tmp_path: Path) -> None:
        text = (layouts.layout.LIBRARY / "regular" / "layout.toml").read_text("utf-8")
        for setting in ("addressee", "instructed", "urgency", "shown", "most"):
            text = re.sub(rf"(?m)^{setting} = .*\n", "", text)
        for table in (r"masthead\]\naddressed.*\n", r"style.addressee\][^\[]*"):
            text = re.sub(rf"(?m)^\[{table}", "", text)
        own = layout_of(tmp_path, text)
        regular = layouts.read_layout("regular")
        assert (own.words, own.colors, own.styles) == (
            regular.words, regular.colors, regular.styles,
        )  # fmt: skip

    def test_an_own_layout_may_bear_the_name_of_one_in_the_library(self, tmp_path: Path) -> None:
        shutil.copytree(layouts.layout.LIBRARY / "regular", tmp_path / "regular")
        path = tmp_path / "regular" / "layout.toml"
        path.write_text(path.read_text("utf-8").replace("本期要目", "目　录"), encoding="utf-8")
        assert layouts.read_layout("regular", tmp_path).words["contents"] == "目　录"

    @pytest.mark.parametrize(
        ("text", "field"),
        [
            ("= 坏", "layout.toml"),
            ('title = "空"', "number_pattern"),
            ('based_on = "regular"\ncolour = "red"', "colour"),
            ('based_on = "regular"\n[words]\ncontent = "要目"', "words.content"),
            ('based_on = "regular"\n[articles]\nnew_page = true', "articles.new_page"),
            ('based_on = "regular"\n[articles]\nnumbered = 1', "articles.numbered"),
            ('based_on = "regular"\n[contents]\nfrom_articles = "2"', "contents.from_articles"),
            ('based_on = "regular"\n[contents]\nshown = "no"', "contents.shown"),
            ('based_on = "regular"\n[masthead]\naddressed = 1', "masthead.addressed"),
            ('based_on = "regular"\n[articles]\nmost = true', "articles.most"),
            ('based_on = "regular"\n[words]\naddressee = 3', "words.addressee"),
            ('based_on = "regular"\n[colors]\nurgency = "hot"', "colors.urgency"),
            ('based_on = "regular"\n[colors]\nrule = "red"', "colors.rule"),
            ('based_on = "regular"\nnumber_pattern = "第{n}期"', "number_pattern"),
            ('based_on = "regular"\n[style.body]\nface = "comic"', "style.body.face"),
            ('based_on = "regular"\n[style.body]\nsize = 999', "style.body.size"),
            ('based_on = "regular"\n[style.body]\nbefore = -1', "style.body.before"),
            ('based_on = "regular"\n[style.body]\nindent = "2"', "style.body.indent"),
            ('based_on = "regular"\n[style.body]\nalign = "middle"', "style.body.align"),
            ('based_on = "regular"\n[style.body]\nitalic = true', "style.body.italic"),
            ('based_on = "own"', "based_on"),
            ('based_on = "nowhere"', "name"),
        ],
    )
    def test_it_names_the_setting_that_is_wrong(
        self, tmp_path: Path, text: str, field: str
    ) -> None:
        with pytest.raises(layouts.LayoutInvalid) as caught:
            layout_of(tmp_path, text)
        assert caught.value.field == field
        assert caught.value.reason

    @pytest.mark.parametrize("name", ["../regular", "Regular", "", "a/b", "."])
    def test_a_name_that_is_no_name_leads_nowhere(self, name: str) -> None:
        with pytest.raises(layouts.LayoutInvalid, match="版式名"):
            layouts.read_layout(name)


class TestStyleSheet:
    def test_it_names_every_face_in_full(self) -> None:
        css = style_sheet(layouts.read_layout("regular"))
        assert css_families("fang") in css
        assert "serif;" not in css

    def test_a_layout_based_on_another_has_the_css_of_both(self, tmp_path: Path) -> None:
        layout_of(tmp_path, 'based_on = "regular"\n')
        (tmp_path / "own" / "page.css").write_text(".article-title { top: 0; }", encoding="utf-8")
        own = layouts.read_layout("own", tmp_path)
        assert own.css == layouts.read_layout("regular").css + ".article-title { top: 0; }"

    @pytest.mark.parametrize("serial", ["要情", "政务信息", "云汀市人民政府信息专报", "长" * 60])
    def test_a_serial_name_is_never_wider_than_the_type_area(self, serial: str) -> None:
        size, spacing = fitted_size(layouts.read_layout("regular"), serial)
        width = size * len(serial) + spacing * (len(serial) - 1)
        assert width <= layouts.grid.AREA_WIDTH * layouts.grid.POINTS_PER_MM + 0.5


@needs_fontconfig
class TestFaces:
    def test_every_face_is_found_or_substituted_by_name(self) -> None:
        found = {one.face: one for one in layouts.found_faces()}
        assert set(found) == set(FACES)
        assert all(one.used in (*FACES[one.face].families, "") for one in found.values())

    def test_a_substitute_is_told_from_the_face_itself(self) -> None:
        one = layouts.Found("fang", "仿宋_GB2312", "FandolFang")
        own = layouts.Found("fang", "仿宋_GB2312", "FangSong")
        assert (one.is_substituted, own.is_substituted) == (True, False)

    def test_what_stands_in_for_the_title_face_is_bold_and_the_face_itself_is_not(self) -> None:
        assert layouts.Found("title", "方正小标宋简体", "Noto Serif CJK SC").weight == "bold"
        assert layouts.Found("title", "方正小标宋简体", "FZXiaoBiaoSong-B05S").weight == "normal"

    def test_a_face_in_the_offices_folder_is_found(self, tmp_path: Path) -> None:
        fontools = pytest.importorskip("fontTools.ttLib")
        files = latin_files()
        if "normal" not in files:
            pytest.skip("no Latin face to make one from")
        font = fontools.TTFont(files["normal"])
        for record in font["name"].names:
            if record.nameID in (1, 4, 16):
                record.string = "FangSong"
        font.save(tmp_path / "own.ttf")
        assert found_face("fang", tmp_path).used == "FangSong"
        assert not found_face("fang", tmp_path).is_substituted

    def test_an_empty_folder_changes_nothing(self, tmp_path: Path) -> None:
        assert "FONTCONFIG_FILE" not in fontconfig_environment(tmp_path)

    def test_the_latin_face_has_the_widths_of_times(self) -> None:
        files = latin_files()
        assert all(path.is_file() for path in files.values())
        assert LATIN_FAMILIES[0] == "Times New Roman"

    def test_a_character_no_face_has_is_named_once(self) -> None:
        assert missing_characters("汉字\U000ffffd字\U000ffffd\u200b\ufe0f　") == ["\U000ffffd"]

    def test_ranges_join_where_they_touch(self) -> None:
        assert _joined({(1, 3), (4, 6), (9, 9), (2, 5)}) == ((1, 9), (6, 9))


class TestPreflight:
    def test_a_sound_issue_has_no_fault(self) -> None:
        assert layouts.preflight(samples.document(), {}) == ()

    def test_it_tells_of_a_photo_that_did_not_come(self) -> None:
        document = samples.document(samples.with_body("![现场](photo:5)"))
        (fault,) = layouts.preflight(document, {})
        assert (fault.code, fault.place) == ("photo-missing", "item-1-p1")

    @pytest.mark.parametrize("content", [b"", b"<svg/>", b"\xff\xd8\xff\xe0broken", b"%PDF-1.7"])
    def test_it_tells_of_a_photo_that_is_none(self, content: bytes) -> None:
        document = samples.document(samples.with_body("![现场](photo:5)"))
        (fault,) = layouts.preflight(document, {"5": content})
        assert fault.code == "photo-unreadable"

    def test_a_photo_that_can_be_read_is_no_fault(self) -> None:
        stream = io.BytesIO()
        Image.new("L", (1600, 1200)).save(stream, "PNG")
        document = samples.document(samples.with_body("![现场](photo:5)"))
        assert layouts.preflight(document, {"5": stream.getvalue()}) == ()

    def test_it_tells_of_an_article_without_text(self) -> None:
        (fault,) = layouts.preflight(samples.document(samples.with_body("")), {})
        assert (fault.code, fault.place) == ("article-empty", "item-1")

    @pytest.mark.parametrize(
        ("columns", "codes"),
        [(16, []), (17, ["table-crowded"]), (42, ["table-crowded"]), (43, ["table-wide"])],
    )
    def test_it_tells_of_a_table_too_wide_for_the_page(
        self, columns: int, codes: list[str]
    ) -> None:
        table = "|" + "甲|" * columns + "\n|" + "---|" * columns + "\n|" + "1|" * columns
        faults = layouts.preflight(samples.document(samples.with_body(table)), {})
        assert [fault.code for fault in faults] == codes

    @needs_fontconfig
    def test_it_tells_where_a_character_has_no_face(self) -> None:
        (fault,) = layouts.preflight(samples.document(samples.with_body("姓名\U000ffffd")), {})
        assert (fault.code, fault.place) == ("character-missing", "item-1-p1")
        assert "U+FFFFD" in fault.sentence
