"""In this file the leaders of a cell are told by name, and whose words are whose."""

from __future__ import annotations

from datetime import date

import pytest

from publisher.oldregister.leaders import Named, Said, leaders_of, named_in_words, words_of

KNOWN = {"沈明远": "副市长", "陆云山": "市长"}
WEI, LI = Named("韦东川"), Named("李砚秋")


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("韦东川、李砚秋", [("韦东川", ""), ("李砚秋", "")]),
        ("韦东川\n李砚秋", [("韦东川", ""), ("李砚秋", "")]),
        ("韦 峰、李  青", [("韦峰", ""), ("李青", "")]),
        ("韦东川 李砚秋", [("韦东川", ""), ("李砚秋", "")]),
        ("副市长\n沈明远", [("沈明远", "副市长")]),
        ("沈明远\n副市长", [("沈明远", "副市长")]),
        ("张  三", [("张三", "")]),
        ("欧阳 明远", [("欧阳明远", "")]),
        ("市委书记、市长韦东川，常务副市长李砚秋",
         [("韦东川", "市委书记、市长"), ("李砚秋", "常务副市长")]),
        ("市委副书记、市长\n陆云山\n副市长\n沈明远",
         [("陆云山", "市委副书记、市长"), ("沈明远", "副市长")]),
        ("沈明远（市委书记、市长）、陆云山（省长）",
         [("沈明远", "市委书记、市长"), ("陆云山", "省长")]),
        ("李书记、王副市长", [("李书记", ""), ("王副市长", "")]),
        ("副市长沈明远市长陆云山", [("沈明远", "副市长"), ("陆云山", "市长")]),
        ("市长助理李砚秋和韦东川同志", [("李砚秋", "市长助理"), ("韦东川", "")]),
        ("", []),
    ],
)  # fmt: skip
def test_each_leader_of_a_cell_is_told_with_his_post(
    cell: str, told: list[tuple[str, str]]
) -> None:
    assert [(one.name, one.post, one.is_many) for one in leaders_of(cell, "", KNOWN)] == [
        (name, post, False) for name, post in told
    ]


@pytest.mark.parametrize("cell", ["市政府常务会议、市长办公会", "沈明远等同志", "陆云山等3人"])
def test_what_is_no_list_of_names_stays_as_it_is_typed(cell: str) -> None:
    (one,) = leaders_of(cell, "", KNOWN)
    assert (one.name, one.is_many) == (cell, True)


def test_a_column_of_posts_goes_to_the_leaders_in_their_order() -> None:
    found = leaders_of("韦东川\n李砚秋", "市长\n副市长", KNOWN)
    assert [one.post for one in found] == ["市长", "副市长"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("韦东川：同意。李砚秋：请阅。", [("同意。", None), ("请阅。", None)]),
        ("领导批示：\n市长韦东川：同意。\n副市长李砚秋2024年3月6日：请阅。",
         [("同意。", None), ("请阅。", date(2024, 3, 6))]),
        ("李砚秋同志批示（3月5日）：请办。韦东川：同意李砚秋同志意见。",
         [("同意李砚秋同志意见。", None), ("请办。", date(2024, 3, 5))]),
        ("同意。韦东川 3月5日\n请水利局办。李砚秋 3月6日",
         [("同意。", date(2024, 3, 5)), ("请水利局办。", date(2024, 3, 6))]),
        ("同意。（韦东川，2024.3.5）请办。（李砚秋，2024.3.6）",
         [("同意。", date(2024, 3, 5)), ("请办。", date(2024, 3, 6))]),
    ],
)  # fmt: skip
def test_words_are_given_to_whom_the_cell_gives_them(
    words: str, told: list[tuple[str, date | None]]
) -> None:
    assert words_of(words, [WEI, LI], 2024) == [Said(text, on) for text, on in told]


@pytest.mark.parametrize(
    "words",
    [
        "请抓紧办理。",
        "韦东川：请抓紧办理。",
        "请韦东川同志牵头：抓好落实。李砚秋：请阅。",
        "同意韦东川同志、李砚秋同志意见。",
        "原则同意。韦东川：请办。李砚秋：请阅。",
        "韦东川：李砚秋：请阅。",
    ],
)
def test_words_that_are_not_all_somebodys_are_not_cut(words: str) -> None:
    assert words_of(words, [WEI, LI], 2024) is None


def test_words_name_their_leader_where_no_column_does_but_not_by_whom_they_address() -> None:
    both = named_in_words("沈明远：请阅。\n陆云山：同意。", KNOWN)
    assert [one.name for one in both] == ["沈明远", "陆云山"]
    assert [one.name for one in named_in_words("请抓紧。沈明远 3月5日", KNOWN)] == ["沈明远"]
    assert named_in_words("沈明远同志：请抓紧办理。", KNOWN) == []
    assert named_in_words("请沈明远同志阅处。", KNOWN) == []
