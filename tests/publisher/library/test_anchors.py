"""In this file passages are followed into corrected editions, and never onto look-alikes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.library.anchors import (
    Block,
    Passage,
    Standing,
    blocks_of,
    placed,
    stands,
    through,
)

OLD = (
    Block("item-7", "清溪县推行“一窗通办”"),
    Block("item-7-p1", "清溪县整合窗口42个，群众满意。平均跑动次数由2.3次降至0.8次。"),
    Block("item-7-p2", "枫渡县增设便民点16处，群众满意。"),
    Block("item-8", "全市秋粮收购进展"),
    Block("item-8-p1", "全市收购秋粮12.6万吨，群众满意。"),
)


def passage(block: str, quote: str) -> Passage:
    text = next(one.text for one in OLD if one.name == block)
    return Passage(block=block, start=text.index(quote), quote=quote)


def changed(**texts: str) -> tuple[Block, ...]:
    """The old edition with some blocks rewritten (item_7_p1="…"); an empty one is left out."""
    new = {name.replace("_", "-"): text for name, text in texts.items()}
    blocks = [Block(one.name, new.get(one.name, one.text)) for one in OLD]
    return tuple(one for one in blocks if one.text)


class TestReading:
    def test_blocks_are_read_as_the_browser_reads_them(self) -> None:
        page = (
            '<article class="issue"><section class="article" id="item-7">'
            '<h3 class="article-title"><span class="number">1.</span><span class="line">秋粮</span>'
            '<span class="line">收购</span></h3>'
            '<p data-block="item-7-p1">𠮷山镇<strong>秋粮</strong>收购&amp;储备。</p>'
            '<p data-block="item-7-p2"><span class="marker">1.</span>预约。</p>'
            '<table data-block="item-7-t1"><tr><td data-block="item-7-t1-c1">甲</td></tr></table>'
            "</section></article>"
        )
        assert blocks_of(page) == (
            Block("item-7", "秋粮收购"),
            Block("item-7-p1", "𠮷山镇秋粮收购&储备。"),
            Block("item-7-p2", "预约。"),
            Block("item-7-t1", ""),
            Block("item-7-t1-c1", "甲"),
        )

    def test_an_empty_page_has_none(self) -> None:
        assert blocks_of(" ") == ()


class TestStands:
    def test_only_at_its_own_place(self) -> None:
        found = passage("item-7-p2", "群众满意")
        assert stands(found, OLD)
        assert not stands(Passage(block="item-7-p2", start=0, quote="群众满意"), OLD)
        assert not stands(Passage(block="item-9-p1", start=0, quote="群众满意"), OLD)
        assert not stands(Passage(block="item-7-p2", start=0, quote=""), OLD)

    def test_over_two_blocks(self) -> None:
        assert stands(Passage(block="item-7", start=5, quote="“一窗通办”\n清溪县"), OLD)


class TestFollowing:
    def test_it_is_the_same_where_nothing_changed(self) -> None:
        found = placed(passage("item-7-p1", "群众满意"), OLD, OLD)
        assert found.standing == Standing.SAME
        assert found.passage.start == passage("item-7-p1", "群众满意").start

    def test_another_order_of_articles_moves_nothing(self) -> None:
        found = placed(passage("item-8-p1", "12.6万吨"), OLD, (*OLD[3:], *OLD[:3]))
        assert found.standing == Standing.SAME

    def test_words_before_it_move_it(self) -> None:
        new = changed(item_7_p1=f"今年，{OLD[1].text}")
        found = placed(passage("item-7-p1", "平均跑动次数"), OLD, new)
        assert found.standing == Standing.MOVED
        assert stands(found.passage, new)
        assert found.passage.start == passage("item-7-p1", "平均跑动次数").start + 3

    def test_a_paragraph_put_elsewhere_takes_it_along(self) -> None:
        new = (OLD[0], OLD[2], Block("item-7-p3", OLD[1].text), *OLD[3:])
        found = placed(passage("item-7-p1", "整合窗口42个"), OLD, new)
        assert found.standing == Standing.MOVED
        assert found.passage.block == "item-7-p3"

    def test_a_figure_put_right_is_told(self) -> None:
        new = changed(item_8_p1="全市收购秋粮13.1万吨，群众满意。")
        found = placed(passage("item-8-p1", "收购秋粮12.6万吨"), OLD, new)
        assert found.standing == Standing.CHANGED
        assert found.passage.quote == "收购秋粮13.1万吨"

    def test_what_was_struck_out_is_gone(self) -> None:
        new = changed(item_7_p1="清溪县整合窗口42个，群众满意。")
        found = placed(passage("item-7-p1", "平均跑动次数由2.3次降至0.8次"), OLD, new)
        assert found.standing == Standing.GONE
        assert found.passage.quote == "平均跑动次数由2.3次降至0.8次"

    def test_an_article_left_out_takes_it_away(self) -> None:
        assert placed(passage("item-8-p1", "12.6万吨"), OLD, OLD[:3]).standing == Standing.GONE


class TestLookAlikes:
    """The words stand once more; it is still the others that the reader spoke of."""

    def test_of_the_next_paragraph(self) -> None:
        new = changed(item_7_p1="清溪县整合窗口42个。平均跑动次数由2.3次降至0.8次。")
        assert placed(passage("item-7-p1", "群众满意"), OLD, new).standing == Standing.GONE

    def test_of_the_next_paragraph_where_the_first_is_gone(self) -> None:
        new = changed(item_7_p1="")
        assert placed(passage("item-7-p1", "群众满意"), OLD, new).standing == Standing.GONE
        other = placed(passage("item-7-p2", "群众满意"), OLD, new)
        assert (other.standing, other.passage.block) == (Standing.SAME, "item-7-p2")

    def test_of_another_article(self) -> None:
        new = changed(item_7_p1="", item_7_p2="")
        assert placed(passage("item-7-p1", "群众满意"), OLD, new).standing == Standing.GONE

    def test_where_both_paragraphs_were_run_together(self) -> None:
        new = changed(item_7_p1="枫渡县新增便民点16处，群众满意。", item_7_p2="")
        assert placed(passage("item-7-p1", "群众满意"), OLD, new).standing == Standing.GONE

    def test_new_words_elsewhere_with_another_neighbourhood(self) -> None:
        new = changed(
            item_7_p1="清溪县整合窗口42个。", item_7_p2="枫渡县增设便民点16处。柳湾区群众满意。"
        )
        assert placed(passage("item-7-p1", "群众满意"), OLD, new).standing == Standing.GONE

    def test_one_of_two_equal_paragraphs_is_struck_out(self) -> None:
        twins = (Block("item-7", "标题"), Block("item-7-p1", "请各县落实。"),
                 Block("item-7-p2", "请各县落实。"))  # fmt: skip
        spoken = Passage(block="item-7-p2", start=1, quote="各县")
        assert placed(spoken, twins, twins).standing == Standing.SAME
        assert placed(spoken, twins, twins[:2]).standing == Standing.GONE

    def test_what_never_stood_there_is_not_followed(self) -> None:
        forged = Passage(block="item-7-p2", start=0, quote="群众满意")
        assert placed(forged, OLD, OLD).standing == Standing.GONE


class TestThroughEditions:
    def test_the_worst_that_happened_is_told(self) -> None:
        second = changed(item_8_p1="全市收购秋粮13.1万吨，群众满意。")
        spoken = passage("item-8-p1", "收购秋粮12.6万吨")
        found = through(spoken, [OLD, second, second])
        assert (found.standing, found.passage.quote) == (Standing.CHANGED, "收购秋粮13.1万吨")

    def test_once_gone_it_does_not_come_back(self) -> None:
        spoken = passage("item-8-p1", "12.6万吨")
        assert through(spoken, [OLD, OLD[:3], OLD]).standing == Standing.GONE


TEXTS = st.text(alphabet="甲乙丙丁，。", min_size=1, max_size=12)


@given(st.lists(TEXTS, min_size=1, max_size=5), st.lists(TEXTS, max_size=5), st.data())
def test_where_it_is_put_the_words_really_stand(
    old: list[str], new: list[str], data: st.DataObject
) -> None:
    before = [Block(f"item-1-p{n}", text) for n, text in enumerate(old)]
    after = [Block(f"item-1-p{n}", text) for n, text in enumerate(new)]
    block = data.draw(st.sampled_from(before))
    start = data.draw(st.integers(0, len(block.text) - 1))
    end = data.draw(st.integers(start + 1, len(block.text)))
    spoken = Passage(block=block.name, start=start, quote=block.text[start:end])
    found = placed(spoken, before, after)
    if found.standing in {Standing.SAME, Standing.MOVED}:
        assert found.passage.quote == spoken.quote
    if found.standing != Standing.GONE:
        assert stands(found.passage, after)


@pytest.mark.parametrize("turn", [1, 2])
def test_a_long_rewriting_is_quick(turn: int) -> None:
    before = [Block(f"item-1-p{n}", f"第{n}段" + "办理情况良好，" * 60) for n in range(60)]
    after = [Block(f"item-1-p{n}", f"另{n * turn}段" + "进展顺利有序；" * 60) for n in range(60)]
    spoken = Passage(block="item-1-p3", start=0, quote="第3段")
    assert placed(spoken, before, after).standing == Standing.GONE
