"""In this file a PDF of our own press is read from its source, but only where its pages agree."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest

import layouts
from publisher.retrospect import pages
from publisher.retrospect.carried import read_carried
from publisher.retrospect.drafts import Known
from tests.publisher.retrospect import papers

KNOWN = Known(("政务信息",), frozenset({"工作动态", "经验做法"}))


def changed(content: bytes, change: Callable[[pikepdf.Pdf], object]) -> bytes:
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        change(pdf)
        pdf.save(made)
    return made.getvalue()


def saying(pdf: pikepdf.Pdf, text: bytes) -> None:
    """Let the file carry another source."""
    pdf.attachments["source.json"].get_file().obj.write(text)


def test_text_keeps_its_marks_and_nothing_is_in_doubt() -> None:
    source = papers.source()
    article = source["sections"][0]["articles"][0]
    article["body"] = (
        "## 主要做法\n\n一是**强化组织领导**，整合窗口42个。\n\n- 选派业务骨干36人驻点办公；"
    )
    article["stage"] = "续报一"
    document = layouts.compose(layouts.read_source(source))
    extract = pages.read_pdf(layouts.typeset(document, "pdf", images={}).content)
    draft = read_carried(extract, KNOWN)
    assert draft is not None
    assert draft.doubts == {}
    assert [one.title for one in draft.articles] == [
        f"{papers.TITLES[0]}（续报一）",
        *papers.TITLES[1:],
    ]
    assert draft.articles[0].body == article["body"]
    assert [one.section for one in draft.articles] == ["工作动态", "工作动态", "经验做法"]
    assert (draft.serial, draft.number, draft.total, draft.year, draft.dated_on) == (
        "政务信息", 12, 487, 2015, "2015-03-09",
    )  # fmt: skip
    assert (draft.imprint["signer"], draft.imprint["print_run"]) == ("李签", "85")


def test_an_unknown_serial_is_a_doubt_here_too() -> None:
    draft = read_carried(pages.read_pdf(papers.pdf()), Known())
    assert draft is not None
    assert draft.doubts == {"serial": "政务信息"}


def other(name: str, value: object) -> Callable[[dict[str, Any]], object]:
    return lambda source: source.update({name: value})


def other_title(source: dict[str, Any]) -> None:
    source["sections"][0]["articles"][1]["title"] = "石桥镇七项举措抓好秋粮收储"


def other_text(source: dict[str, Any]) -> None:
    source["sections"][0]["articles"][1]["body"] = "全镇秋粮收储任务没有完成，有关责任人已被约谈。"


@pytest.mark.parametrize(
    "change",
    [
        other("number", 13),
        other("date", "2015-03-10"),
        other_title,
        other_text,
        other("serial", "内参"),
    ],
)
def test_a_source_that_the_pages_do_not_bear_out_is_not_believed(
    change: Callable[[dict[str, Any]], object],
) -> None:
    source = papers.source()
    change(source)
    if change.__name__ == "<lambda>":
        source["number_line"] = f"第{source['number']}期（总第487期）"
    text = json.dumps(source, ensure_ascii=False).encode()
    extract = pages.read_pdf(changed(papers.pdf(), lambda pdf: saying(pdf, text)))
    assert extract.source
    assert read_carried(extract, KNOWN) is None


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[" * 100_000, b'{"form": 1}', b"\xff\xfe", b"1" * 9999]
)
def test_what_is_no_source_is_passed_over(text: bytes) -> None:
    extract = pages.read_pdf(changed(papers.pdf(), lambda pdf: saying(pdf, text)))
    assert read_carried(extract, KNOWN) is None


def test_pages_put_behind_are_not_lost() -> None:
    """Two issues in one file: the source tells of the first alone."""
    source = papers.source(number=13, titles=["全市春季防汛准备情况", "两县交界处道路修复通车"])
    for section in source["sections"]:
        for place, article in enumerate(section["articles"]):
            article["body"] = (
                f"河道清淤完成八成，沙袋储备充足，第{place}批物资已到位，巡查队伍昼夜值守待命。" * 3
            )
    second = layouts.typeset(layouts.compose(layouts.read_source(source)), "pdf", images={}).content

    def behind(pdf: pikepdf.Pdf) -> None:
        with pikepdf.open(io.BytesIO(second)) as more:
            pdf.add_pages_from(more)

    extract = pages.read_pdf(changed(papers.pdf(), behind))
    assert extract.source
    assert read_carried(extract, KNOWN) is None


def test_another_program_is_not_asked_for_a_source() -> None:
    def foreign(pdf: pikepdf.Pdf) -> None:
        pdf.docinfo["/Creator"] = "Writer"

    assert pages.read_pdf(changed(papers.pdf(), foreign)).source == ""
