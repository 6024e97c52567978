"""In this file a researcher searches: words, filters, order, suggestions, and naughty queries."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path
from urllib.parse import quote, urlencode

import pikepdf
import pytest
from sqlalchemy import false, select
from weasyprint import HTML

from publisher import create_app, database, jobs, migrations
from publisher.config import Settings
from publisher.database import db
from publisher.editing.model import State as ItemState
from publisher.history import HistoryEntry
from publisher.library import queries as library
from publisher.people.permission import Role
from publisher.publication import kept, press
from publisher.publication import tasks as publication
from publisher.serials.model import Serial
from publisher.submissions.model import Kind
from tests import factories
from tests.factories import Browser
from tests.publisher.publication.presses import fast_set_all

NAUGHTY = (
    "",
    " 　 ",
    '"',
    '""""',
    "(((((",
    ")OR(",
    "AND OR NOT",
    "-",
    "- -  -x",
    "刊物:",
    "日期:2026-99..2026-00",
    "日期:9999999999-1",
    "期号:99999999999999999999",
    "第99999999999999999999期",
    "*",
    "政*府",
    "\\",
    "\x00",
    "\ud7ff𠮷𡈽\U0010ffff",
    "'; DROP TABLE outbox; --",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "办" * 3000,
    "夏 OR " * 300 + "粮",
    "((" * 500 + "夏粮" + "))" * 500,
)


def published(
    serial: Serial, title: str, *, dated_on: date, kind: Kind, section: str, body: str = ""
) -> int:
    received = factories.submission(title=title, kind=kind)
    item = factories.item(
        serial_=serial, title=title, section=section, state=ItemState.PLACED, sources=[received],
        body=body or f"{title}，夏粮收购顺利。",
    )  # fmt: skip
    issue = factories.issue(serial_=serial, items=[item], dated_on=dated_on)
    issue.state = issue.state.IN_APPROVAL
    number = factories.sign(issue, by=factories.person(Role.DIRECTOR)).id
    db.session.rollback()
    publication.begin(number)
    return number


@pytest.fixture(scope="module")
def researcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A researcher, before three issues of two serials and two years that nobody changes."""
    office = Settings(instance=tmp_path_factory.mktemp("office"), secret_key="测" * 40)
    app = create_app(office, jobs_at_once=True)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with pytest.MonkeyPatch.context() as patch, app.app_context(), database.writing():
        patch.setattr(press, "set_all", fast_set_all)
        migrations.upgrade(db.engine)
        publish_three()
        who = Browser(app, factories.person(Role.RESEARCHER))
        engine = db.engine
    yield who
    engine.dispose()


def publish_three() -> None:
    first, second = factories.serial("政务信息"), factories.serial("情况反映")
    published(first, "清溪县甲", dated_on=date(2025, 6, 3), kind=Kind.DYNAMIC, section="工作动态")
    published(
        first, "白石县乙", dated_on=date(2026, 6, 3), kind=Kind.EXPERIENCE, section="经验做法"
    )
    published(second, "兰汀区丙", dated_on=date(2026, 9, 1), kind=Kind.PROBLEM, section="工作动态")


def titles(page: str) -> list[str]:
    """The titles of the hits, in their order."""
    hits = re.findall(r'class="hit-title">(.*?)</h2>', page, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", one).strip() for one in hits]


class TestSearch:
    def test_filters_narrow_and_add_up(self, researcher: Browser) -> None:
        for asked, expected in (
            ("kind=item", {"清溪县甲", "白石县乙", "兰汀区丙"}),
            ("kind=item&year=2026", {"白石县乙", "兰汀区丙"}),
            ("kind=item&serial=政务信息", {"清溪县甲", "白石县乙"}),
            ("kind=item&serial=政务信息&year=2026", {"白石县乙"}),
            ("kind=item&year=2025&year=2026", {"清溪县甲", "白石县乙", "兰汀区丙"}),
            ("kind=item&category=问题", {"兰汀区丙"}),
            ("section=经验做法", {"白石县乙"}),
            ("kind=item&unit=查无此单位", set()),
        ):
            page = researcher.get(f"/search?q=夏粮&{asked}").text
            assert set(titles(page)) == expected, asked
            assert f"共 {len(expected)} 条" in page

    def test_words_say_the_same_as_filters(self, researcher: Browser) -> None:
        for words, expected in (
            ("夏粮 刊物:情况反映", ["兰汀区丙"]),
            ("夏粮 日期:2026-05..2026-07", ["白石县乙"]),
            ("夏粮 -清溪县 -白石县", ["兰汀区丙"]),
            ('"清溪县甲"', ["清溪县甲"]),
            ("清溪县 白石县", []),
        ):
            page = researcher.get(f"/search?kind=item&q={quote(words)}").text
            assert titles(page) == expected, words

    def test_hits_stand_in_the_order_asked_for(self, researcher: Browser) -> None:
        newest = titles(researcher.get("/search?q=夏粮&kind=item&sort=newest").text)
        oldest = titles(researcher.get("/search?q=夏粮&kind=item&sort=oldest").text)
        assert newest == ["兰汀区丙", "白石县乙", "清溪县甲"]
        assert oldest == newest[::-1]

    def test_a_hit_is_marked_and_leads_to_its_place_and_story(self, researcher: Browser) -> None:
        page = researcher.get("/search?q=兰汀区&kind=item").text
        assert "<mark>兰汀区</mark>" in page
        assert re.search(r'href="/library/issues/\d+\?mark=[%A-F0-9]+#item-\d+"', page)
        story = re.search(r'href="(/threads/item:\d+)"', page)
        assert story is not None
        assert researcher.get(story[1]).status_code == 200

    def test_a_hit_is_shown_beside_the_list_with_its_words_marked(
        self, researcher: Browser
    ) -> None:
        page = researcher.get("/search?q=夏粮&kind=item&sort=newest").text
        address = re.search(r'data-preview="([^"]+)"', page)
        assert address is not None
        shown = researcher.get(address[1].replace("&amp;", "&"))
        assert shown.status_code == 200
        assert "<html" in shown.text
        assert "<mark>夏粮</mark>" in shown.text
        assert researcher.get("/search/records/item:999999").status_code == 404
        assert researcher.get("/search/records/nothing").status_code == 404

    def test_time_is_chosen_by_links_that_need_no_script(self, researcher: Browser) -> None:
        page = researcher.get("/search?q=夏粮&kind=item").text
        assert 'aria-label="2025-06：1 条"' in page
        narrowed = researcher.get("/search?q=夏粮&kind=item&since=2026-06&until=2026-06").text
        assert titles(narrowed) == ["白石县乙"]
        assert 'aria-label="2025-06：1 条"' in narrowed
        wide = researcher.get("/search?q=夏粮&kind=item&since=2026&until=2026").text
        assert set(titles(wide)) == {"白石县乙", "兰汀区丙"}
        for odd in ("since=2026-02-31", "since=0000", "until=9999-99-99", "since=..2026"):
            assert researcher.get(f"/search?q=夏粮&{odd}").status_code == 200

    def test_what_comes_near_is_shown_where_nothing_has_all_words(
        self, researcher: Browser
    ) -> None:
        page = researcher.get("/search?q=清溪县甲的夏粮收购究竟顺利不顺利呢").text
        assert "意思最相近" in page
        assert titles(page)[0] == "清溪县甲"
        assert titles(researcher.get("/search?q=清溪县 白石县").text) == []

    def test_nothing_found_says_what_each_word_and_what_no_limit_would_find(
        self, researcher: Browser
    ) -> None:
        page = researcher.get("/search?kind=item&q=夏粮 量子&sort=newest").text
        assert '<a href="?q=%E5%A4%8F%E7%B2%AE&amp;kind=item&amp;sort=newest">夏粮</a>（3）' in page
        assert "量子（0）" in page
        limited = researcher.get("/search?q=夏粮&unit=查无此单位").text
        assert '<a href="?q=%E5%A4%8F%E7%B2%AE">不限定，共 3 条</a>' in limited
        assert "分开查" not in limited
        assert "不限定" not in researcher.get("/search?q=量子&unit=查无此单位").text

    def test_what_was_read_otherwise_is_said_where_the_nearest_is_shown(
        self, researcher: Browser
    ) -> None:
        page = researcher.get("/search?q=(夏粮的收购进展得怎么样了").text
        assert "检索式的括号不成对，已按普通词语检索。" in page
        assert "没有哪一条含有全部词语。" in page

    def test_a_facet_that_would_leave_everything_is_not_offered(self, researcher: Browser) -> None:
        def facets(asked: str) -> set[str]:
            aside = researcher.get(f"/search?q=夏粮&{asked}").text.split('id="facets"')[1]
            return set(re.findall(r'class="card-title-row"><h2>(.*?)</h2>', aside))

        assert {"刊物", "年份"} <= facets("kind=item")
        assert "刊物" not in facets("kind=item&year=2025")
        assert "年份" in facets("kind=item&year=2025")

    def test_fields_and_their_values_are_proposed(self, researcher: Browser) -> None:
        fields = researcher.get("/search/suggest?q=夏粮 刊").json or []
        assert {"text": "刊物:", "count": None, "whole": "夏粮 刊物:"} in fields
        values = researcher.get("/search/suggest?q=夏粮 -刊物:情").json or []
        assert [one["whole"] for one in values] == ["夏粮 -刊物:情况反映"]

    def test_a_name_misspelt_is_asked_back(self, researcher: Browser) -> None:
        assert "您要找的是不是" in researcher.get("/search?q=刊物:情况反应").text

    def test_a_day_that_was_typed_leads_to_what_came_out_on_it(self, researcher: Browser) -> None:
        page = researcher.get("/search?q=2025年6月3日").text
        assert ">日期:2025年6月3日</a>（" in page

    def test_one_wrong_character_is_asked_back(self, researcher: Browser) -> None:
        page = researcher.get("/search?q=夏粮收够").text
        assert "共 0 条" in page
        assert ">夏粮收购</a>（" in page
        assert "您要找的是不是" not in researcher.get("/search?q=阿斯顿发嘎").text

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("夏粮 收购", ""),
            ("夏粮 -秋汛", "“夏粮”，并且没有“秋汛”"),
            ("（夏粮 或 秋汛） 种类:稿件", "（“夏粮” 或 “秋汛”），并且种类为稿件"),
            ("日期:2016..2017-02", "日期从2016年1月1日到2017年2月28日"),
            ("日期:2025-06.. 标题:夏粮", "日期从2025年6月1日起，并且标题里有“夏粮”"),
            ("单位:水务局 批示:无", "单位含“水务局”，并且没有批示"),
            ("夏粮 -标题:秋汛", "“夏粮”，并且除去标题里有“秋汛”的"),
            ("第7期", "“第7期”这一号，以及提到它的"),
            ("总期号:1480..1490", "总期号从1480到1490"),
        ],
    )
    def test_a_query_is_said_back_as_it_was_understood(
        self, researcher: Browser, typed: str, said: str
    ) -> None:
        page = researcher.get(f"/search?{urlencode({'q': typed})}").text
        told = re.search(r"查的是：(.*?)</p>", page)
        assert (unescape(told[1]) if told else "") == said

    def test_names_are_completed_as_they_are_typed(self, researcher: Browser) -> None:
        assert {"text": "情况反映", "count": 2, "whole": "情况反映"} in (
            researcher.get("/search/suggest?q=情况").json or []
        )
        assert researcher.get("/search/suggest?q=").json == []
        assert researcher.get("/search/suggest").json == []


class TestNaughtyQueries:
    def ask(self, researcher: Browser, words: str) -> str:
        answer = researcher.get(f"/search?q={quote(words)}")
        assert answer.status_code == 200, words[:80]
        assert "<script>alert" not in answer.text
        return answer.text

    def test_each_gets_a_page(self, researcher: Browser) -> None:
        for words in NAUGHTY:
            self.ask(researcher, words)
            suggested = researcher.get(f"/search/suggest?q={quote(words)}")
            assert suggested.status_code == 200, words[:80]
        assert "清溪县甲" in self.ask(researcher, "夏粮")

    @pytest.mark.parametrize(
        "asked",
        [
            "page=0",
            "page=-1",
            "page=²",
            "page=999999999999999999999",
            "sort=sideways",
            "kind=poem",
            "year=x&year=&year=99999999999999999999",
            "state=" + "办" * 900,
            "serial[]=1&serial=%00",
        ],
    )
    def test_an_odd_address_gets_a_page(self, researcher: Browser, asked: str) -> None:
        assert researcher.get(f"/search?q=夏粮&{asked}").status_code == 200

    @pytest.mark.shared_data
    def test_the_big_list_of_naughty_strings_gets_pages(
        self, researcher: Browser, shared_data: Path
    ) -> None:
        text = (shared_data / "hostile-text" / "blns.txt").read_text(encoding="utf-8")
        strings = [one for one in text.split("\n") if one and not one.startswith("#")]
        for words in strings[::6]:
            self.ask(researcher, words)


class TestInThePdf:
    """The tests' press makes no real pages: a real PDF is put in their place."""

    @pytest.fixture
    def pages(self, monkeypatch: pytest.MonkeyPatch) -> bytes:
        made = HTML(
            string="<p style='break-after:page'>目录<p>白石县乙，夏粮收购顺利。"
        ).write_pdf()
        monkeypatch.setattr(kept, "read", lambda *_given: made)
        assert isinstance(made, bytes)
        return made

    def item(self, researcher: Browser) -> str:
        page = researcher.get("/search?q=夏粮&kind=item&year=2026&serial=政务信息").text
        found = re.search(r'href="(/search/records/item:\d+)/pdf', page)
        assert found
        return found[1]

    def test_a_hit_leads_to_its_page_in_a_copy_with_marks(
        self, researcher: Browser, pages: bytes
    ) -> None:
        item = self.item(researcher)
        led = researcher.get(f"{item}/pdf?q=夏粮")
        assert led.status_code == 302
        assert led.location == f"{item}/marked.pdf?q={quote('夏粮')}#page=2"
        answer = researcher.get(led.location)
        assert answer.mimetype == "application/pdf"
        assert quote("检索标记副本，不是存档件", safe="") in answer.headers["Content-Disposition"]
        with pikepdf.open(io.BytesIO(answer.data)) as copy:
            assert [one.Contents for one in copy.pages[1].Annots] == ["夏粮"]
        assert answer.data != pages

    @pytest.mark.usefixtures("pages")
    def test_looking_words_up_is_told_to_the_history(self, researcher: Browser) -> None:
        researcher.get(f"{self.item(researcher)}/marked.pdf?q=夏粮收购")
        with researcher.app.app_context():
            jobs.tend(researcher.app)
            told = db.session.scalars(
                select(HistoryEntry).where(HistoryEntry.act == "look_up")
            ).all()
            assert told[-1].detail["words"] == "夏粮收购"
            assert told[-1].subject.startswith("issue:")

    @pytest.mark.usefixtures("pages")
    def test_without_words_the_file_is_shown_as_it_is(self, researcher: Browser) -> None:
        led = researcher.get(f"{self.item(researcher)}/pdf").location
        assert re.fullmatch(r"/library/issues/\d+/issue.pdf\?inline=1#page=\d+", led)

    def test_a_file_that_cannot_be_read_for_words_is_shown_as_it_is(
        self, researcher: Browser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(kept, "read", lambda *_given: b"%PDF-1.4 broken")
        for door in ("pdf", "marked.pdf"):
            led = researcher.get(f"{self.item(researcher)}/{door}?q=夏粮").location
            assert re.fullmatch(r"/library/issues/\d+/issue.pdf\?inline=1", led)

    def test_who_may_not_read_the_issue_gets_no_copy(
        self, researcher: Browser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The database is asked, whatever the index still holds."""
        item = self.item(researcher)
        monkeypatch.setattr(library, "readable_by", lambda _person: false())
        for door in ("pdf", "marked.pdf"):
            assert researcher.get(f"{item}/{door}?q=夏粮").status_code == 404
