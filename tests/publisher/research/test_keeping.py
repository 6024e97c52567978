"""In this file a researcher keeps searches, gathers records and takes them along."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from urllib.parse import quote, urlencode

import docx
import openpyxl
import pytest
from docx.shared import Mm
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from publisher import clock, create_app, database, history, migrations
from publisher.config import Settings
from publisher.database import db
from publisher.jobs import tend
from publisher.people.permission import Role
from publisher.publication import press
from publisher.research import queries, searching
from publisher.research.model import SavedSearch
from publisher.submissions.model import Kind
from tests import factories
from tests.factories import Browser
from tests.publisher.publication.presses import fast_set_all
from tests.publisher.research.test_searching import publish_three, published, titles


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An office of its own with three issues, for the tests of this file."""
    office = Settings(instance=tmp_path_factory.mktemp("office"), secret_key="测" * 40)
    made = create_app(office, jobs_at_once=True)
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with pytest.MonkeyPatch.context() as patch, made.app_context():
        patch.setattr(press, "set_all", fast_set_all)
        with database.writing():
            migrations.upgrade(db.engine)
            publish_three()
        engine = db.engine
    yield made
    engine.dispose()


@pytest.fixture(scope="module")
def researcher(app: Flask) -> Browser:
    """Whoever searches here."""
    return made_person(app, Role.RESEARCHER)


def made_person(app: Flask, role: Role) -> Browser:
    with app.app_context(), database.writing():
        return Browser(app, factories.person(role))


def acts(app: Flask, act: str) -> list[dict[str, object]]:
    with app.app_context():
        statement = select(history.HistoryEntry).where(history.HistoryEntry.act == act)
        return [entry.detail for entry in db.session.scalars(statement)]


class TestSavedSearches:
    def test_what_comes_in_is_told_and_only_what_may_be_seen(
        self, app: Flask, researcher: Browser
    ) -> None:
        answer = researcher.post(
            "/search/saved", data={"address": "q=秋汛&sort=oldest", "name": "秋汛", "alerts": "y"}
        )
        assert answer.status_code == 302
        assert "0 条新结果" not in researcher.get("/search/saved").text
        with app.app_context(), database.writing():
            for name, readers in (("秋汛进展", ("staff",)), ("秋汛密件", ("role:leader",))):
                serial = factories.serial(f"{name}专刊", readers=readers)
                with pytest.MonkeyPatch.context() as patch:
                    patch.setattr(press, "set_all", fast_set_all)
                    published(
                        serial, name, dated_on=date(2026, 9, 9), kind=Kind.DYNAMIC, section="动态"
                    )
            for kept in db.session.scalars(select(SavedSearch)):
                kept.looked_at = clock.now() - timedelta(hours=1)
            db.session.commit()
        tend(app)
        page = researcher.get("/search/saved").text
        assert "秋汛进展" in page
        assert "秋汛密件" not in page
        with app.app_context():
            kept = db.session.scalars(select(SavedSearch)).one()
            assert queries.fresh_count(kept.person) == len(kept.fresh) > 0
            number = kept.id
        # Only what is new is shown, with its previews; it stays till it is said to be seen.
        fresh = researcher.get(f"/search/saved/{number}/fresh").text
        assert set(titles(fresh)) == {"秋汛进展", "《秋汛进展专刊》第1期（总第1期）"}
        assert fresh.count("data-preview=") == 2
        assert "条新结果" in researcher.get("/search/saved").text
        researcher.post(f"/search/saved/{number}/seen")
        assert "条新结果" not in researcher.get("/search/saved").text
        assert "没有新结果" in researcher.get(f"/search/saved/{number}/fresh").text

    def test_a_name_is_taken_once_and_is_needed(self, researcher: Browser) -> None:
        for _time in range(2):
            researcher.post("/search/saved", data={"address": "q=夏粮", "name": "夏粮"})
        page = researcher.get("/search/saved").text
        assert page.count(">夏粮</a>") == 1
        assert "同名" in page
        researcher.post("/search/saved", data={"address": "q=夏粮", "name": " "})
        assert "起个名字" in researcher.get("/search").text

    def test_what_the_page_sends_is_the_search_that_is_kept(
        self, app: Flask, researcher: Browser
    ) -> None:
        page = researcher.get("/search?q=夏粮&kind=item&sort=newest").text
        form = page.partition('action="/search/saved"')[2].partition("</form>")[0]
        sent = MultiDict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
        assert len(sent.getlist("address")) == 1
        sent["address"], sent["name"] = unescape(sent["address"]), "夏粮新稿"
        researcher.post("/search/saved", data=sent)
        with app.app_context():
            kept = db.session.scalars(
                select(SavedSearch).where(SavedSearch.name == "夏粮新稿")
            ).one()
            asked = searching.read_address(kept.address)
        assert (asked.words, asked.filters["kind"], asked.sort) == ("夏粮", ("item",), "newest")

    def test_one_that_asks_for_nothing_is_refused_and_never_watched(
        self, app: Flask, researcher: Browser
    ) -> None:
        researcher.post("/search/saved", data={"address": "", "name": "空的", "alerts": "y"})
        assert "请先检索" in researcher.get("/search/saved").text
        assert ">空的</a>" not in researcher.get("/search/saved").text
        with app.app_context(), database.writing():
            kept = SavedSearch(
                person=factories.person(Role.RESEARCHER),
                name="旧的",
                address="",
                alerts=True,
                made_at=clock.now(),
                looked_at=clock.now() - timedelta(days=1),
            )
            db.session.add(kept)
            db.session.commit()
            assert kept not in queries.searches_to_look_at(clock.now(), 100)

    def test_nobody_else_reaches_it(self, app: Flask, researcher: Browser) -> None:
        researcher.post("/search/saved", data={"address": "q=x", "name": "自己的"})
        with app.app_context():
            statement = select(SavedSearch.id).where(SavedSearch.name == "自己的")
            number = db.session.scalars(statement).one()
        other = made_person(app, Role.RESEARCHER)
        for door in ("alerts", "seen", "forget"):
            assert other.post(f"/search/saved/{number}/{door}").status_code == 404
        assert other.get(f"/search/saved/{number}/fresh").status_code == 404
        assert "自己的" not in other.get("/search/saved").text
        assert researcher.post(f"/search/saved/{number}/forget").status_code == 302
        assert acts(app, "forget_search")


class TestCollections:
    def test_records_are_gathered_with_notes_and_cited(
        self, app: Flask, researcher: Browser
    ) -> None:
        begun = researcher.post("/search/collections", data={"name": "夏粮收购", "about": "备查"})
        number = int(begun.location.rsplit("/", 1)[1])
        key = key_of(researcher, "清溪县甲")
        researcher.post("/search/gather", data={"collection": number, "key": key})
        # Whoever gathers what is shown beside the hits stays at the hits.
        address = f"http://localhost/search?{urlencode({'q': '清溪县甲'})}"
        beside = researcher.get(
            f"/search/records/{key}", headers={"HX-Request": "true", "Referer": address}
        ).text
        stays = re.search(r'name="next" value="([^"]+)"', beside)
        assert stays is not None
        assert f"http://localhost{unescape(stays[1])}" == address
        again = {"collection": number, "key": key, "next": unescape(stays[1])}
        assert researcher.post("/search/gather", data=again).location == unescape(stays[1])
        page = researcher.get(f"/search/collections/{number}").text
        assert page.count("清溪县甲</a>") == 1
        assert re.search(r"《政务信息》\d{4}年[^<]*：清溪县甲（2025年6月3日）", page)
        entry = re.search(r"/entries/(\d+)/note", page)
        assert entry is not None
        base = f"/search/collections/{number}/entries/{entry[1]}"
        researcher.post(f"{base}/note", data={"note": "<b>可引用</b>"})
        assert "&lt;b&gt;可引用" in researcher.get(f"/search/collections/{number}").text
        sheet = researcher.post(f"/search/collections/{number}/export.docx")
        with zipfile.ZipFile(io.BytesIO(sheet.data)) as package:
            assert "可引用" in package.read("word/document.xml").decode()
        other = made_person(app, Role.RESEARCHER)
        assert other.get(f"/search/collections/{number}").status_code == 404
        assert other.post(f"{base}/take-out").status_code == 404
        assert researcher.post(f"{base}/take-out").status_code == 302
        assert researcher.post(f"/search/collections/{number}/give-up").status_code == 302
        assert researcher.get(f"/search/collections/{number}").status_code == 404

    def test_nothing_unseen_is_gathered(self, researcher: Browser) -> None:
        begun = researcher.post("/search/collections", data={"name": "空的"})
        number = int(begun.location.rsplit("/", 1)[1])
        answer = researcher.post("/search/gather", data={"collection": number, "key": "item:9999"})
        assert answer.status_code == 404
        assert researcher.post("/search/collections", data={"name": "空的"}).status_code == 422


def key_of(researcher: Browser, title: str) -> str:
    page = researcher.get(f"/search?q=标题:{title}&kind=item").text
    found = re.search(r"/search/records/(item:\d+)", page)
    assert found is not None
    return found[1]


class TestExport:
    def test_a_table_holds_texts_only_and_history_knows(
        self, app: Flask, researcher: Browser
    ) -> None:
        answer = researcher.post("/search/export.xlsx", data={"address": "q=夏粮&kind=item"})
        sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
        assert sheet is not None
        assert sheet["A2"].value is not None
        assert sheet["A2"].value.endswith(f"取出，共{sheet.max_row - 3}条")
        assert (sheet.page_setup.orientation, sheet.print_title_rows) == ("landscape", "$3:$3")
        leads = sheet["C4"].hyperlink
        assert leads is not None
        assert re.match(r"http://localhost/library/issues/\d+", leads.target or "")
        rows = list(sheet.iter_rows(min_row=4, values_only=True))
        assert {row[2] for row in rows} >= {"清溪县甲", "白石县乙", "兰汀区丙"}
        cells = [cell for line in sheet.iter_rows() for cell in line if cell.value]
        assert {cell.data_type for cell in cells} == {"s"}
        told = acts(app, "export")[-1]
        assert told["form"] == "xlsx"
        assert len(told["records"]) == len(rows)  # type: ignore[arg-type]

    def test_a_paper_is_a4_with_numbered_pages_and_no_head_stands_alone(
        self, researcher: Browser
    ) -> None:
        answer = researcher.post("/search/export.docx", data={"address": "q=夏粮&kind=item"})
        paper = docx.Document(io.BytesIO(answer.data))
        section = paper.sections[0]
        assert section.page_width is not None
        assert abs(section.page_width - Mm(210)) < Mm(1)
        assert "PAGE" in section.footer._element.xml
        heads = [one for one in paper.paragraphs if re.match(r"\d+．", one.text)]
        assert len(heads) >= 3
        assert all(one.paragraph_format.keep_with_next for one in heads)

    def test_what_looks_like_a_formula_stays_a_text(self, researcher: Browser) -> None:
        answer = researcher.post(
            "/search/export.xlsx", data={"address": f"q={quote('=1+1')}&kind=item"}
        )
        sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
        assert sheet is not None
        assert sheet["A1"].data_type == "s"

    def test_only_what_may_be_seen_leaves(self, app: Flask, researcher: Browser) -> None:
        with app.app_context(), database.writing(), pytest.MonkeyPatch.context() as patch:
            patch.setattr(press, "set_all", fast_set_all)
            serial = factories.serial("内参", readers=("role:leader",))
            published(
                serial, "夏粮内情", dated_on=date(2026, 8, 8), kind=Kind.DYNAMIC, section="动态"
            )
        for form in ("ris", "docx"):
            answer = researcher.post(f"/search/export.{form}", data={"address": "q=夏粮"})
            assert answer.status_code == 200
            assert "夏粮内情".encode() not in answer.data
        ris = researcher.post("/search/export.ris", data={"address": "q=清溪县甲&kind=item"}).text
        assert ris.startswith("TY  - NEWS\r\nTI  - 清溪县甲\r\n")
        assert ris.endswith("ER  - \r\n\r\n")
        assert researcher.post("/search/export.exe", data={}).status_code == 404

    def test_searches_are_in_the_history(self, app: Flask, researcher: Browser) -> None:
        researcher.get("/search?q=夏粮收购记录&kind=item")
        tend(app)
        assert acts(app, "search")[-1]["words"] == "q=夏粮收购记录&kind=item"


class TestPublished:
    def test_a_text_nearly_published_is_laid_beside_what_was(
        self, app: Flask, researcher: Browser
    ) -> None:
        long = "全县二十三个收购点已全部开秤，日均收购小麦一千二百吨，农民排队不超过半小时。"
        with app.app_context(), database.writing(), pytest.MonkeyPatch.context() as patch:
            patch.setattr(press, "set_all", fast_set_all)
            serial = factories.serial("收购专报", readers=("staff",))
            published(serial, long, dated_on=date(2026, 9, 20), kind=Kind.DYNAMIC, section="动态")
        asked = f"{long}，夏粮收购十分顺利。"
        page = researcher.post("/search/published", data={"text": asked}).text
        assert "找到 1 篇相近的已刊稿件" in page
        assert re.search(r"相近程度[89]\d%", page)
        assert f"<mark>{long}，夏粮收购</mark>十分<mark>" not in page  # 顺利。 is too short to mark
        assert f"<mark>{long}，夏粮收购</mark>" in page
        assert "所查文字的8" in page or "所查文字的9" in page
        # A passage of something longer is found too, though the whole is not nearly the same.
        with app.app_context(), database.writing(), pytest.MonkeyPatch.context() as patch:
            patch.setattr(press, "set_all", fast_set_all)
            whole = factories.serial("治水专报", readers=("staff",))
            sentences = "".join(
                f"第{n}处渠道清淤{n * 7}公里，完成投资{n * 31}万元。" for n in range(30)
            )
            part = "双河口闸门更换后，下游三个乡镇的灌溉用水由八天一轮缩短为五天一轮。"
            body = f"{sentences}{part}"
            published(
                whole,
                "渠道清淤",
                body=body,
                dated_on=date(2026, 9, 21),
                kind=Kind.DYNAMIC,
                section="动态",
            )
        held = researcher.post("/search/published", data={"text": part}).text
        assert "找到 1 篇相近的已刊稿件" in held
        assert "所查文字的100%在这篇里" in held
        other = researcher.post("/search/published", data={"text": "林下经济带动增收。" * 9}).text
        assert "没有找到相近的已刊稿件" in other
        assert researcher.post("/search/published", data={"text": " "}).status_code == 422
        assert researcher.get("/search/published").status_code == 200
        assert researcher.get("/search/published?item=1").status_code == 404

    def test_the_desk_asks_of_an_item_of_its_own(self, app: Flask) -> None:
        with app.app_context(), database.writing():
            made = factories.item(serial_=factories.serial("试刊"), title="待查")
            number = made.id
        editor = made_person(app, Role.EDITOR)
        assert "没有找到" in editor.get(f"/search/published?item={number}").text
        assert f"/search/published?item={number}" in editor.get(f"/desk/items/{number}").text


class TestTrends:
    def test_words_are_followed_by_month_with_links(self, researcher: Browser) -> None:
        page = researcher.get("/search/trends?words=夏粮+种类:信息&step=year").text
        assert "2025" in page
        link = re.search(r'<a href="(/search\?q=[^"]*since=2025[^"]*)"', page)
        assert link is not None
        assert titles(researcher.get(link[1].replace("&amp;", "&")).text) == ["清溪县甲"]
        by_serial = researcher.get(
            "/search/trends?words=夏粮+种类:信息&by=serial&step=quarter"
        ).text
        assert "情况反映" in by_serial
        assert "2025-Q2" in by_serial
        for odd in ("words=", "words=查无此词", "words=夏粮&by=x&step=y", "words=" + "%0A" * 50):
            assert researcher.get(f"/search/trends?{odd}").status_code == 200

    def test_the_figures_are_taken_along_as_numbers_and_history_knows(
        self, app: Flask, researcher: Browser
    ) -> None:
        page = researcher.get("/search/trends?words=夏粮%0A秋汛&step=year").text
        ticks = re.findall(r'text-anchor="end">(\d+)</text>', page)
        assert len(ticks) >= 3  # 0, half and the whole: no broken number of records
        door = re.search(r'action="(/search/trends/export.xlsx[^"]*)"', page)
        assert door is not None
        answer = researcher.post(unescape(door[1]))
        sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
        assert sheet is not None
        head, *lines, total = list(sheet.iter_rows(min_row=3, values_only=True))
        assert head == ("时间", "夏粮", "秋汛")
        assert total[0] == "合计"
        assert total[1:] == tuple(sum(int(str(line[at])) for line in lines) for at in (1, 2))
        assert acts(app, "export")[-1]["what"] == "夏粮；秋汛"
        assert researcher.post("/search/trends/export.xlsx?words=查无此词").status_code == 404


class TestSynonyms:
    def test_one_name_finds_what_bears_the_other(self, researcher: Browser) -> None:
        assert titles(researcher.get("/search?q=兰汀新城&kind=item").text) == []
        saved = researcher.post("/search/synonyms", data={"names": "兰汀区\r\n兰汀新城"})
        assert saved.status_code == 302
        assert titles(researcher.get("/search?q=兰汀新城&kind=item").text) == ["兰汀区丙"]
        assert titles(researcher.get("/search?q=“兰汀新城”&kind=item").text) == []
        double = researcher.post("/search/synonyms", data={"names": "兰汀新城、别处"})
        assert double.status_code == 422
        assert "另一组" in double.text
        group = re.search(r"/search/synonyms/(\d+)/remove", researcher.get("/search/synonyms").text)
        assert group is not None
        researcher.post(group[0])
        assert titles(researcher.get("/search?q=兰汀新城&kind=item").text) == []

    def test_only_those_who_keep_the_words_may(self, app: Flask) -> None:
        assert made_person(app, Role.ADMINISTRATOR).get("/search/synonyms").status_code == 200
        assert made_person(app, Role.REPORTER).get("/search/synonyms").status_code == 404
