"""In this file leaders named otherwise than the office's list says are told, others left alone."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

import layouts
from layouts.leaders import Known, Leader, misnamed
from tests.layouts import samples

LIST = (
    Leader("周立言", "市委副书记、市长", 1),
    Leader("梅近仁", "市委常委、常务副市长", 2),
    Leader("纪云舒", "副市长", 3),
    Leader("何文远", "副市长", 4),
    Leader("沈长河", "市政府秘书长", 5),
)
KNOWN = Known(LIST, ("云汀市", "云汀"))


def codes(text: str) -> list[str]:
    return [fault.code for fault in misnamed(text, KNOWN, "item-1-p1")]


@pytest.mark.parametrize(
    "text",
    [
        "3月9日，市长周立严主持召开市政府常务会议。",
        "市长王建国强调，要抓好落实。",
        "云汀市市长张晓明到清溪县调研。",
        "市委副书记、市长李明出席会议并讲话。",
        "会议由常务副市长梅近人主持。",
        "市政府秘书长沈长江参加。",
        "市长周立严同志批示：“请落实。”",
        "市人民政府市长周利言批示",
    ],
)
def test_a_post_with_another_name_is_told(text: str) -> None:
    assert codes(text) == ["leader-name"]


@pytest.mark.parametrize(
    "text",
    [
        "副市长周立言出席会议。",
        "周立言副市长强调，要抓好落实。",
        "常务副市长纪云舒到会指导。",
        "市委常委、副市长梅近仁出席。",
    ],
)
def test_a_name_with_another_post_is_told(text: str) -> None:
    assert codes(text) == ["leader-post"]


@pytest.mark.parametrize(
    "text",
    [
        "市领导纪云舒、周立言出席会议。",
        "副市长纪云舒、市长周立言参加活动。",
        "周立言、何文远、纪云舒参加调研。",
        "何文远和梅近仁陪同调研。",
    ],
)
def test_a_list_out_of_protocol_order_is_told(text: str) -> None:
    assert codes(text) == ["leader-order"]


@pytest.mark.parametrize(
    "text",
    [
        "市长周立言主持召开会议。",
        "周立言市长强调，梅近仁常务副市长补充。",
        "周立言、梅近仁、纪云舒出席。",
        "市委副书记、市长周立言，市委常委、常务副市长梅近仁出席。",
        "拨打市长热线，获市长质量奖，市长周例会，市长办公会。",
        "邻江市市长王建国来访。",
        "邻江市委书记王建国、市长李明到云汀考察。",
        "时任市长王建国主持，原副市长周立言参加。",
        "纪云舒向周立言汇报工作。",
        "县长王小明表示。",
        "副市长、公安局局长李四出席。",
        "总河长周立言巡河，领导小组组长周立言讲话。",
    ],
)
def test_what_may_well_be_meant_is_left_alone(text: str) -> None:
    assert codes(text) == []


def test_the_fault_says_what_stands_there_and_what_the_list_says() -> None:
    (fault,) = misnamed("会上，市长周立严强调。", KNOWN, "item-1-p1")
    assert fault.quote == "市长周立严"
    assert fault.sentence == ("“市长周立严”与领导名单不符：市委副书记、市长是周立言，请核对姓名。")


def test_titles_texts_and_the_editors_note_are_looked_at() -> None:
    one = samples.article("item-1", "市长周立严调研防汛", "副市长周立言参加。")
    document = samples.document(samples.with_articles(one, editor_note="市长周立严强调。"))
    found = [fault.place for fault in layouts.leader_faults(document, LIST, "云汀市")]
    assert found == ["editor-note-p1", "item-1", "item-1-p1"]


def test_an_office_without_a_list_is_told_nothing() -> None:
    document = samples.document(samples.with_body("市长周立严强调。"))
    assert layouts.leader_faults(document, (), "云汀市") == []


def test_real_news_of_other_places_raises_hardly_an_alarm(shared_data: Path) -> None:
    with gzip.open(shared_data / "news" / "items.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["body"] for _n, line in zip(range(3000), lines, strict=False)]
    told = [fault for text in texts for fault in misnamed(text, KNOWN, "")]
    assert len(told) <= 2
