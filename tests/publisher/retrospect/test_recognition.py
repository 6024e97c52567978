"""In this file old issues are read off their paper: heads, contents, items, imprints."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path

import pytest

import layouts
from publisher.retrospect import extraction, pages, word
from publisher.retrospect.drafts import Draft, Known
from publisher.retrospect.errors import Unreadable
from publisher.retrospect.paragraphs import Extract, Paragraph, tight
from publisher.retrospect.recognition import recognise
from tests.publisher.retrospect import papers

KNOWN = Known(("政务信息", "每日要情"), frozenset({"工作动态", "经验做法"}))


def titles(draft: Draft) -> list[str]:
    return [tight(article.title) for article in draft.articles]


def of_lines(*lines: str) -> Draft:
    return recognise(Extract(tuple(Paragraph(line) for line in lines)), KNOWN)


class TestOurOwn:
    @pytest.mark.parametrize("form", ["docx", "pdf"])
    def test_an_issue_comes_back_whole(self, form: str) -> None:
        extract = word.read_docx(papers.word()) if form == "docx" else pages.read_pdf(papers.pdf())
        draft = recognise(extract, KNOWN)
        assert draft.doubts == {}
        assert (draft.serial, draft.number, draft.total, draft.dated_on) == (
            "政务信息",
            12,
            487,
            "2015-03-09",
        )
        assert titles(draft) == [tight(one) for one in papers.TITLES]
        assert [one.section for one in draft.articles] == ["工作动态", "工作动态", "经验做法"]
        assert [one.source_line for one in draft.articles] == ["清溪县政府办公室供稿", "", ""]
        assert all(tight(one.body) == tight(papers.BODY) for one in draft.articles)
        assert draft.office == "云汀市人民政府办公室编"
        assert draft.imprint["to_superior"] == "市委、市政府领导。"
        assert (draft.imprint["signer"], draft.imprint["print_run"]) == ("李签", "85")

    @pytest.mark.shared_data
    @pytest.mark.parametrize("form", ["docx", "pdf"])
    def test_a_dozen_days_of_news_come_back_with_every_title_in_order(
        self, shared_data: Path, form: str
    ) -> None:
        """The bench `bench_old_issues.py` does the same with hundreds, LibreOffice's PDF too."""
        issues = list(days(shared_data, 12))
        right = wrong = 0
        for number, (day, wanted) in enumerate(issues, 1):
            layout = ("regular", "digest", "situation")[number % 3]
            source = papers.source(
                number=number,
                total=number,
                day=day,
                serial="每日要情",
                titles=wanted,
                layout=layout,
            )
            document = layouts.compose(layouts.read_source(source))
            content = layouts.typeset(document, "docx" if form == "docx" else "pdf", images={})
            read = word.read_docx if form == "docx" else pages.read_pdf
            draft = recognise(read(content.content), KNOWN)
            assert (draft.number, draft.dated_on, draft.serial) == (number, day, "每日要情")
            same = [tight(one) for one in wanted] == titles(draft)
            right, wrong = right + same, wrong + (not same)
        assert (right, wrong) == (12, 0)


def days(shared_data: Path, count: int) -> list[tuple[str, list[str]]]:
    """Real days with the titles of up to eight of their items."""
    news = shared_data / "news"
    with gzip.open(news / "items.jsonl.gz", "rt", encoding="utf-8") as file:
        items = {one["id"]: one["title"] for one in map(json.loads, file)}
    found = []
    with gzip.open(news / "issues.jsonl.gz", "rt", encoding="utf-8") as file:
        for place, line in enumerate(file):
            if place % 90 or len(found) == count:
                continue
            issue = json.loads(line)
            wanted = [items[one] for one in issue["item_ids"] if one in items]
            found.append((issue["date"], list(dict.fromkeys(wanted))[:8]))
    return found


class TestHeads:
    def test_chinese_numerals_and_a_year_in_brackets(self) -> None:
        draft = of_lines(
            "政 务 信 息",
            "〔2009〕第二十三期（总第一百零五期）",
            "云汀市人民政府办公室　二〇〇九年十二月三日",
            "关于冬季安全生产工作的通报",
            "各县认真开展隐患排查，共查出问题126个，已整改118个。",
        )
        assert (draft.serial, draft.number, draft.total, draft.year, draft.dated_on) == (
            "政务信息",
            23,
            105,
            2009,
            "2009-12-03",
        )

    def test_full_width_digits_and_a_supplement(self) -> None:
        draft = of_lines(
            "《政务信息》",
            "增刊第７期",
            "云汀市人民政府办公室编　２００８年１月５日",
            "各县认真开展隐患排查，共查出问题126个，已整改118个，余下的正在整改之中。",
        )
        assert (draft.number, draft.supplement, draft.dated_on) == (7, True, "2008-01-05")

    def test_a_day_that_is_none_is_a_doubt(self) -> None:
        draft = of_lines("政务信息", "第3期", "办公室编　2009年2月30日", "正文" * 30 + "。")
        assert (draft.dated_on, "date" in draft.doubts) == ("", True)

    def test_an_unknown_serial_is_a_doubt_and_is_named(self) -> None:
        draft = of_lines("清溪工作简报", "第3期", "清溪县委办公室编　2009年2月3日", "正文" * 30)
        assert draft.doubts["serial"] == draft.serial == "清溪工作简报"

    def test_what_is_not_an_issue_has_doubts_and_no_crash(self) -> None:
        draft = of_lines("通知", "请各单位于本周五前报送材料，逾期不候，联系人见附件，谢谢配合。")
        assert {"serial", "number", "date"} <= set(draft.doubts)

    def test_a_head_in_a_text_box_is_read_once(self) -> None:
        content = boxed(papers.typed(["", "*清溪县开展秋种", "秋种工作全面展开，进度过半。" * 4]))
        texts = [one.text for one in word.read_docx(content).paragraphs]
        assert texts[:3] == ["政务信息", "第5期（总第90期）", "云汀市政府办公室编\t2011年9月8日"]
        assert texts.count("政务信息") == 1
        draft = recognise(word.read_docx(content), KNOWN)
        assert (draft.number, draft.total, draft.dated_on) == (5, 90, "2011-09-08")
        assert titles(draft) == ["清溪县开展秋种"]


def boxed(content: bytes) -> bytes:
    """Put a masthead into a text box, as Word keeps it: new and old form side by side."""
    lines = "".join(
        f"<w:p><w:r><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>"
        for text in ("政务信息", "第5期（总第90期）")
    )
    lines += "<w:p><w:r><w:t>云汀市政府办公室编</w:t><w:tab/><w:t>2011年9月8日</w:t></w:r></w:p>"
    box = (
        "<w:r><mc:AlternateContent xmlns:mc='http://schemas.openxmlformats.org/"
        "markup-compatibility/2006'><mc:Choice Requires='wps'><w:drawing><x xmlns=''>"
        f"<w:txbxContent>{lines}</w:txbxContent></x></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><w:txbxContent>{lines}</w:txbxContent></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(made, "w") as changed:
        for entry in package.infolist():
            part = package.read(entry.filename)
            if entry.filename == "word/document.xml":
                at = part.index(b"</w:p>", part.index(b"<w:p>"))
                part = part[:at] + box.encode() + part[at:]
            changed.writestr(entry.filename, part)
    return made.getvalue()


class TestItems:
    def test_titles_are_found_by_their_look_where_there_are_no_contents(self) -> None:
        content = papers.typed(
            [
                "*政务信息",
                "第8期",
                "云汀市政府办公室编　2011年9月8日",
                "*石桥镇抓好秋粮收储",
                "一、加强领导",
                "石桥镇成立专班，逐村摸底，落实仓容3200吨。",
                "（石桥镇供稿）",
                "*柳湾乡整治人居环境",
                "柳湾乡出动劳力860人次，清运垃圾120吨。",
                "报：市委、市政府领导。",
                "签发：李签　核稿：王核",
            ]
        )
        draft = recognise(word.read_docx(content), KNOWN)
        assert titles(draft) == ["石桥镇抓好秋粮收储", "柳湾乡整治人居环境"]
        assert draft.articles[0].source_line == "石桥镇供稿"
        assert draft.articles[1].body == "柳湾乡出动劳力860人次，清运垃圾120吨。"
        assert draft.imprint["checker"] == "王核"
        assert draft.doubts == {}

    def test_contents_that_the_body_does_not_bear_out_are_a_doubt(self) -> None:
        draft = of_lines(
            "政务信息",
            "第8期",
            "云汀市政府办公室编　2011年9月8日",
            "本期要目",
            "1. 石桥镇抓好秋粮收储",
            "2. 柳湾乡整治人居环境",
            "1. 石桥镇抓好秋粮收储",
            "石桥镇成立专班，逐村摸底，落实仓容3200吨，已收购粮食2800吨。",
        )
        assert "contents" in draft.doubts

    def test_what_markdown_would_read_is_meant_literally(self) -> None:
        draft = of_lines(
            "政务信息",
            "第8期",
            "云汀市政府办公室编　2011年9月8日",
            "本期要目",
            "1. 石桥镇抓好秋粮收储",
            "1. 石桥镇抓好秋粮收储",
            "1. 落实*仓容*3200吨 | 已收#2800#吨<b>粮食</b>。",
        )
        assert draft.articles[0].body == (
            r"1\. 落实\*仓容\*3200吨 \| 已收\#2800\#吨\<b\>粮食\</b\>。"
        )

    def test_a_title_that_begins_with_a_year_right_behind_its_number(self) -> None:
        draft = of_lines(
            "政务信息",
            "第8期",
            "云汀市政府办公室编　2011年9月8日",
            "本期要目",
            "1.　石桥镇抓好秋粮收储",
            "2.　2010年全市粮食总产再创新高",
            "1. 石桥镇抓好秋粮收储",
            "石桥镇成立专班，逐村摸底，落实仓容3200吨，已收购粮食2800吨。",
            "2.2010年全市粮食总产再创新高",
            "全市粮食总产达到12.6亿斤，比上年增加3200万斤，单产、总产均创历史新高。",
        )
        assert draft.doubts == {}
        assert titles(draft) == ["石桥镇抓好秋粮收储", "2010年全市粮食总产再创新高"]

    def test_an_entry_that_begins_with_a_figure_is_no_second_line_of_the_one_above(self) -> None:
        said = "全市粮食总产达到12.6亿斤，比上年增加3200万斤，单产、总产均创历史新高。"
        draft = of_lines(
            "政务信息",
            "第8期",
            "云汀市政府办公室编　2011年9月8日",
            "本期要目",
            "1.　石桥镇抓好秋粮收储（1）",
            "2.9月份全市工业用电量",
            "同比增长一成（2）",
            "1.石桥镇抓好秋粮收储",
            said,
            "2.9月份全市工业用电量同比增长一成",
            said,
        )
        assert draft.doubts == {}
        assert titles(draft) == ["石桥镇抓好秋粮收储", "9月份全市工业用电量同比增长一成"]

    def test_an_entry_without_room_for_dots_ends_with_its_page(self) -> None:
        before = pages.Line("8.　石桥镇抓好秋粮收储（16）", 1, 80, 515, 300, 16, "仿宋", bold=False)
        after = pages.Line("9.　柳湾乡整治人居环境", 1, 80, 300, 272, 16, "仿宋", bold=False)
        assert not pages._goes_on(before, after, 80, 515, 16)

    def test_the_first_entry_does_not_go_on_with_the_word_above_it(self) -> None:
        head = pages.Line("本期要目", 1, 266, 330, 600, 16, "仿宋", bold=False)
        dotted = "1.　石桥镇抓好秋粮收储..............................（2）"
        entry = pages.Line(dotted, 1, 112, 482, 572, 16, "仿宋", bold=False)
        running = [
            pages.Line("已收购粮食。" * 4, 2, 80, 515, 700 - 28 * row, 16, "仿宋", bold=False)
            for row in range(9)
        ]
        found = list(pages.paragraphs_of([[head, entry], running]))
        assert [one.text for one in found[:2]] == ["本期要目", dotted]

    def test_contents_with_pages_end_where_no_line_names_one_any_more(self) -> None:
        said = "石桥镇成立专班，逐村摸底，落实仓容3200吨，已收购粮食2800吨。"
        draft = of_lines(
            "政务信息",
            "第8期",
            "云汀市政府办公室编　2011年9月8日",
            "本期要目",
            "石桥镇抓好秋粮收储\t(1)",
            "柳湾乡整治人居环境\t(1)",
            "乡镇之窗",
            "石桥镇抓好秋粮收储",
            said,
            "柳湾乡整治人居环境",
            said,
        )
        assert draft.doubts == {}
        assert [one.section for one in draft.articles] == ["乡镇之窗", "乡镇之窗"]

    def test_a_decimal_at_the_beginning_is_no_number_of_a_title(self) -> None:
        draft = of_lines(
            "政务信息",
            "第8期",
            "云汀市政府办公室编　2011年9月8日",
            "本期要目",
            "1.5亿元水利资金下达各县",
            "1.5亿元水利资金下达各县",
            "市财政局下达水利资金1.5亿元，用于河道疏浚、泵站改造和山塘加固。",
        )
        assert titles(draft) == ["1.5亿元水利资金下达各县"]

    def test_a_short_title_above_a_centred_line_is_no_section(self) -> None:
        head = [Paragraph("政务信息", size=40), Paragraph("第8期"), Paragraph("2011年9月8日")]
        said = "石桥镇成立专班，逐村摸底，落实仓容3200吨，已收购粮食2800吨。"
        body = [
            Paragraph("石桥镇抓好秋粮收储", size=22, centred=True),
            Paragraph(said, size=16),
            Paragraph("各地简讯", size=22, centred=True),
            Paragraph("柳湾乡整治人居环境", size=16, centred=True),
            Paragraph(said, size=16),
        ]
        draft = recognise(Extract((*head, *body)), KNOWN)
        assert titles(draft) == ["石桥镇抓好秋粮收储", "各地简讯"]

    def test_margins_are_told_where_most_lines_are_indented(self) -> None:
        lefts = [112.0] * 9 + [80.0] * 3 + [60.0]
        assert pages.outermost(lefts, left=True) == 80
        assert pages.outermost([506.0, 520.2, 519.8, 379.0], left=False) == 520.2

    def test_a_scan_is_said_to_be_one(self) -> None:
        assert set(recognise(Extract((), 3), KNOWN).doubts) == {"scan"}


class TestHostile:
    @pytest.mark.shared_data
    @pytest.mark.parametrize("folder", ["docx-hostile", "docx-official", "docx-varied"])
    def test_whatever_a_word_file_holds_it_is_read_or_refused_in_words(
        self, shared_data: Path, folder: str
    ) -> None:
        """In this process, so that a crash would be seen; offices read them in a child."""
        read, refused = 0, []
        for path in sorted((shared_data / folder).iterdir()):
            if path.suffix not in {".docx", ".dotx", ".docm"} or path.name == "017097.docx":
                continue
            try:
                recognise(word.read_docx(path.read_bytes()), KNOWN)
                read += 1
            except Unreadable as error:
                refused.append(error.sentence)
        assert all(sentence.endswith("。") for sentence in refused)
        assert read > 10

    def test_a_child_that_is_killed_by_its_limits_ends_in_a_sentence(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(extraction, "SECONDS", 0.01)
        with pytest.raises(Unreadable, match="规定时间"):
            extraction.in_child(papers.word(), "docx")

    def test_the_child_gives_what_the_reader_gives(self) -> None:
        assert extraction.in_child(papers.word(), "docx") == word.read_docx(papers.word())
        with pytest.raises(Unreadable, match="打不开"):
            extraction.in_child(b"PK\x03\x04 not a word file", "docx")
        with pytest.raises(Unreadable, match="PDF"):
            extraction.in_child(b"%PDF-1.7 broken", "pdf")

    def test_links_to_the_outside_are_taken_out_before_an_office_program_sees_them(self) -> None:
        relation = (
            b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            b'<Relationship Id="a" Type="t" Target="http://example.invalid/x" '
            b'TargetMode="External"/><Relationship Id="b" Type="t" Target="in.xml"/>'
            b"</Relationships>"
        )
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as package:
            package.writestr("word/_rels/document.xml.rels", relation)
            package.writestr("word/vbaProject.bin", b"macro")
        clean = zipfile.ZipFile(io.BytesIO(extraction.without_links(made.getvalue())))
        assert clean.namelist() == ["word/_rels/document.xml.rels"]
        assert b"example.invalid" not in clean.read("word/_rels/document.xml.rels")
        assert b"in.xml" in clean.read("word/_rels/document.xml.rels")

    def test_a_damaged_part_that_the_text_does_not_need_costs_the_pages_alone(self) -> None:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as package:
            package.writestr("word/theme/theme1.xml", b"<theme>as it was</theme>")
        broken = made.getvalue().replace(b"as it was", b"as it is!")
        with pytest.raises(Unreadable, match="已损坏"):
            extraction.without_links(broken)

    def test_text_in_the_older_encoding_is_read(self) -> None:
        lines = "政务信息\n第8期\n云汀市政府办公室编　2011年9月8日\n"
        extract = extraction.read_text(lines.encode("gb18030"))
        assert [one.text for one in extract.paragraphs][:2] == ["政务信息", "第8期"]
