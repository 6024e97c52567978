"""In this file progress, proof, preview, correction, withdrawal and files have their doors."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from publisher.attachments import actions as attachments
from publisher.database import db
from publisher.editing.model import ItemFile
from publisher.editing.model import State as ItemState
from publisher.issues import queries as issues
from publisher.issues.model import Issue, State
from publisher.people.permission import Role
from publisher.publication import actions, press, proofs, queries
from publisher.publication.model import Proof, ProofState, Publication
from publisher.settings import settings
from tests import factories
from tests.publisher.publication.presses import fast_set_all, fast_set_pdf

pytestmark = pytest.mark.usefixtures("records")


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "set_all", fast_set_all)
    monkeypatch.setattr(press, "set_pdf", fast_set_pdf)


def browser(app: Flask, *roles: Role) -> FlaskClient:
    client = app.test_client()
    factories.sign_in(client, factories.person(*roles))
    db.session.rollback()
    return client


def fresh(number: int) -> Issue:
    db.session.rollback()
    db.session.expire_all()
    return issues.issue(number)


def photo() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (40, 30), "#c00").save(stream, "PNG")
    return stream.getvalue()


@pytest.mark.usefixtures("fast")
class TestProgress:
    def test_it_shows_that_it_has_come_out(self, app: Flask) -> None:
        issue = factories.published_issue(serial_=factories.serial(code="zwxx"))
        page = browser(app, Role.EDITOR).get(f"/publication/issues/{issue.id}/progress").text
        assert "归档号 zwxx-2026-001" in page
        assert "hx-trigger" not in page

    def test_it_asks_again_while_it_is_under_way(self, app: Flask) -> None:
        issue = factories.signed_issue()
        page = browser(app, Role.EDITOR).get(f"/publication/issues/{issue.id}/progress").text
        assert 'hx-trigger="every 1s"' in page
        assert "等待制作" in page

    def test_what_failed_is_said_and_tried_again_by_a_press(self, app: Flask) -> None:
        issue = factories.published_issue(serial_=factories.serial(layout="no-such-layout"))
        client = browser(app, Role.EDITOR)
        page = client.get(f"/publication/issues/{issue.id}/progress").text
        assert "组版未成" in page
        assert "再试一次" in page
        found = fresh(issue.id)
        found.frozen = {**(found.frozen or {}), "layout": "regular"}
        db.session.commit()
        client.post(f"/publication/issues/{issue.id}/again")
        assert fresh(issue.id).state == State.PUBLISHED

    def test_a_reporter_finds_nothing(self, app: Flask) -> None:
        issue = factories.published_issue()
        client = browser(app, Role.REPORTER)
        for address in ("progress", "issue.pdf", "correct", "withdraw"):
            answer = client.get(f"/publication/issues/{issue.id}/{address}")
            assert answer.status_code == 404, address


@pytest.mark.usefixtures("fast")
class TestFile:
    def test_the_office_downloads_both_files(self, app: Flask) -> None:
        issue = factories.published_issue()
        client = browser(app, Role.ARCHIVIST)
        for form, first in (("pdf", b"%PDF-"), ("docx", b"PK")):
            answer = client.get(f"/publication/issues/{issue.id}/issue.{form}")
            assert answer.data.startswith(first)
            assert "attachment" in answer.headers["Content-Disposition"]

    @pytest.mark.parametrize("form", ["html", "json", "..%2fsource"])
    def test_no_other_file_is_handed_out(self, app: Flask, form: str) -> None:
        issue = factories.published_issue()
        answer = browser(app, Role.EDITOR).get(f"/publication/issues/{issue.id}/issue.{form}")
        assert answer.status_code == 404

    def test_an_issue_not_published_has_no_file(self, app: Flask) -> None:
        issue = factories.signed_issue()
        answer = browser(app, Role.EDITOR).get(f"/publication/issues/{issue.id}/issue.pdf")
        assert answer.status_code == 404


class TestProof:
    def test_the_true_pages_are_made_and_shown(self, app: Flask) -> None:
        issue = factories.issue()
        client = browser(app, Role.EDITOR)
        page = client.post(f"/publication/issues/{issue.id}/proof").text
        assert "共 1 页" in page
        proof = db.session.scalars(select(Proof)).one()
        assert proof.state == ProofState.READY
        picture = client.get(f"/publication/proofs/{proof.id}/pages/1.png")
        assert picture.data.startswith(bytes([0x89]) + b"PNG")
        assert client.get(f"/publication/proofs/{proof.id}/pages/2.png").status_code == 404
        picture.close()

    def test_the_same_content_is_not_set_twice_and_a_change_is(self, app: Flask) -> None:
        issue = factories.issue()
        client, address = browser(app, Role.EDITOR), f"/publication/issues/{issue.id}/proof"
        client.post(address)
        client.post(address)
        assert len(db.session.scalars(select(Proof.id)).all()) == 1
        fresh(issue.id).editor_note = "值得各地借鉴。"
        db.session.commit()
        client.post(address)
        db.session.rollback()
        assert len(db.session.scalars(select(Proof.id)).all()) == 2

    def test_pages_of_older_proofs_are_tidied_away(self, app: Flask) -> None:
        issue = factories.issue()
        client, address = browser(app, Role.EDITOR), f"/publication/issues/{issue.id}/proof"
        for turn in range(5):
            fresh(issue.id).editor_note = f"第{turn}次按语。"
            db.session.commit()
            client.post(address)
        db.session.rollback()
        assert len(db.session.scalars(select(Proof.id)).all()) == 3
        assert len(list(settings().proofs_path.iterdir())) == 3

    def test_a_photo_that_belongs_to_no_item_is_not_printed(self, app: Flask) -> None:
        issue = factories.issue()
        item = issue.placements[0].item
        kept = [
            factories.keep(
                attachments.keep_bytes(
                    photo(),
                    name="现场.png",
                    folder=settings().files_path,
                    by=issue.compiled_by,
                    at=factories.AT,
                )
            )
            for _turn in range(2)
        ]
        item.files.append(ItemFile(attachment=kept[0]))
        item.body = f"![现场](photo:{kept[0].id})\n\n![他人](photo:{kept[1].id})"
        db.session.commit()
        page = browser(app, Role.EDITOR).post(f"/publication/issues/{issue.id}/proof").text
        assert "照片“他人”没有随稿件提供" in page
        assert "照片“现场”没有" not in page

    def test_an_empty_issue_says_what_to_do(self, app: Flask) -> None:
        issue = factories.issue(items=[])
        page = browser(app, Role.EDITOR).post(f"/publication/issues/{issue.id}/proof").text
        assert "排入稿件后" in page

    def test_what_hinders_is_said(self, app: Flask) -> None:
        serial = factories.serial(layout="no-such-layout")
        item = factories.item(serial_=serial, state=ItemState.PLACED)
        issue = factories.issue(serial_=serial, items=[item])
        page = browser(app, Role.EDITOR).post(f"/publication/issues/{issue.id}/proof").text
        assert "组版未成" in page

    def test_an_archivist_sees_no_proof(self, app: Flask) -> None:
        issue = factories.issue()
        client = browser(app, Role.ARCHIVIST)
        assert client.post(f"/publication/issues/{issue.id}/proof").status_code == 404
        assert client.get("/publication/proofs/1").status_code == 404


class TestPulledProofs:
    """The presses are of no time: what is asked here is what is kept, shown and compared."""

    @pytest.fixture(autouse=True)
    def _fast(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(press, "set_pdf", fast_set_pdf)

    def pulled(self, client: FlaskClient, issue_id: int) -> list[Proof]:
        assert client.post(f"/publication/issues/{issue_id}/proofs").status_code == 302
        db.session.rollback()
        return queries.pulled(issue_id)

    def test_each_keeps_ordinal_person_source_and_pages(self, app: Flask) -> None:
        issue = factories.issue()
        (proof,) = self.pulled(browser(app, Role.EDITOR), issue.id)
        assert (proof.ordinal, proof.state, proof.pages) == (1, ProofState.READY, 1)
        assert proof.pulled_by is not None
        assert proof.source is not None
        assert proof.source["sections"][0]["articles"][0]["id"] == "item-1"
        assert proof.made is not None
        assert len(proof.made["pictures"]) == 1

    def test_content_that_did_not_change_is_not_pulled_twice(self, app: Flask) -> None:
        issue, client = factories.issue(), browser(app, Role.EDITOR)
        self.pulled(client, issue.id)
        answer = client.post(f"/publication/issues/{issue.id}/proofs")
        assert answer.status_code == 409
        assert "内容与一校没有差别" in answer.text

    def test_what_differs_is_struck_and_underlined_with_its_page(self, app: Flask) -> None:
        issue, client = factories.issue(), browser(app, Role.EDITOR)
        self.pulled(client, issue.id)
        fresh(issue.id).placements[0].item.body = "清溪县整合窗口24个，群众少跑腿。"
        db.session.commit()
        self.pulled(client, issue.id)
        page = client.get(f"/publication/issues/{issue.id}/proofs").text
        assert "<del>42</del>" in page
        assert "<ins>24</ins>" in page
        paper = client.get(f"/publication/issues/{issue.id}/proofs/differences").text
        assert "<ins>24</ins>" in paper
        # The blank pages of these presses look alike.
        assert "各页版面没有变化" in paper

    def test_pages_looked_at_beside_the_work_do_not_take_it_away(self, app: Flask) -> None:
        issue, client = factories.issue(), browser(app, Role.EDITOR)
        (first,) = self.pulled(client, issue.id)
        for turn in range(5):
            fresh(issue.id).editor_note = f"第{turn}次按语。"
            db.session.commit()
            client.post(f"/publication/issues/{issue.id}/proof")
        db.session.rollback()
        assert [one.id for one in queries.pulled(issue.id)] == [first.id]
        picture = client.get(f"/publication/proofs/{first.id}/pages/1.png")
        assert picture.status_code == 200
        picture.close()

    def test_a_remark_is_noted_seen_to_and_opened_again(self, app: Flask) -> None:
        issue, client = factories.issue(), browser(app, Role.CHECKER)
        (proof,) = self.pulled(client, issue.id)
        address = f"/publication/proofs/{proof.id}/remarks"
        refused = client.post(address, data={"page": "1", "text": " "})
        assert (refused.status_code, "请写明要改什么" in refused.text) == (422, True)
        assert client.post(address, data={"page": "9", "text": "改。"}).status_code == 422
        client.post(address, data={"page": "1", "text": "“提升”改为“优化”。"})
        db.session.rollback()
        (noted,) = queries.pulled(issue.id)[0].remarks
        assert (noted.page, noted.done_at) == (1, None)
        client.post(f"/publication/remarks/{noted.id}/done", data={"done": "yes"})
        assert "已改（" in client.get(f"/publication/issues/{issue.id}/proofs").text
        client.post(f"/publication/remarks/{noted.id}/done")
        assert "已改（" not in client.get(f"/publication/issues/{issue.id}/proofs").text

    def test_pictures_go_some_time_after_it_came_out_and_words_stay(self, app: Flask) -> None:
        issue, client = factories.issue(), browser(app, Role.EDITOR)
        (proof,) = self.pulled(client, issue.id)
        found = fresh(issue.id)
        found.state = State.PUBLISHED
        factories.keep(Publication(issue=found, queued_at=factories.AT, published_at=factories.AT))
        days = settings().proof_days
        proofs.clear_old(factories.AT + timedelta(days=days - 1), settings())
        assert proofs.folder_of(proof.digest, settings()).is_dir()
        proofs.clear_old(factories.AT + timedelta(days=days + 1), settings())
        assert not proofs.folder_of(proof.digest, settings()).exists()
        page = client.get(f"/publication/issues/{issue.id}/proofs").text
        assert "版面图已清理" in page
        assert client.get(f"/publication/proofs/{proof.id}/pages/1.png").status_code == 404

    @pytest.mark.parametrize("role", [Role.REPORTER, Role.LEADER, Role.ARCHIVIST, Role.RESEARCHER])
    def test_who_does_not_work_on_issues_finds_no_proof(self, app: Flask, role: Role) -> None:
        issue = factories.issue()
        (proof,) = self.pulled(browser(app, Role.EDITOR), issue.id)
        outsider = browser(app, role)
        for address in (
            f"issues/{issue.id}/proofs", f"issues/{issue.id}/proofs/differences",
            f"issues/{issue.id}/proofs/waiting", f"proofs/{proof.id}",
            f"proofs/{proof.id}/pages/1.png",
        ):  # fmt: skip
            assert outsider.get(f"/publication/{address}").status_code == 404, address
        for address in (f"issues/{issue.id}/proofs", f"proofs/{proof.id}/remarks"):
            assert outsider.post(f"/publication/{address}").status_code == 404, address

    def test_a_director_sees_proofs_and_remarks_and_pulls_none(self, app: Flask) -> None:
        issue = factories.issue()
        (proof,) = self.pulled(browser(app, Role.EDITOR), issue.id)
        director = browser(app, Role.DIRECTOR)
        page = director.get(f"/publication/issues/{issue.id}/proofs").text
        assert "一校" in page
        assert "出校样" not in page
        assert director.post(f"/publication/issues/{issue.id}/proofs").status_code == 409
        data = {"page": "1", "text": "请核数字。"}
        assert (
            director.post(f"/publication/proofs/{proof.id}/remarks", data=data).status_code == 302
        )


class TestPreview:
    def test_it_is_what_the_reading_page_will_show(self, app: Flask) -> None:
        client = browser(app, Role.REPORTER)
        text = "**（一）重点。**全县收购夏粮3.5万吨。"
        page = client.post("/publication/preview", data={"body": text}).text
        assert "<strong>（一）重点。</strong>全县收购夏粮3.5万吨。" in page

    def test_photos_come_from_the_named_item_only(self, app: Flask) -> None:
        client = browser(app, Role.EDITOR)
        sent = {"body": "![a](photo:3)\n\n![b](http://example.org/b.png)", "item": "7"}
        page = client.post("/publication/preview", data=sent).text
        assert 'src="/desk/items/7/files/3?fitting="' in page
        assert "example.org" not in page

    def test_nothing_an_author_writes_becomes_script(self, app: Flask) -> None:
        client = browser(app, Role.EDITOR)
        sent = {"body": "<script>alert(1)</script>[x](javascript:alert(1))"}
        page = client.post("/publication/preview", data=sent).text
        assert "<script" not in page
        assert "javascript:" not in page

    def test_a_leader_has_no_editor_and_no_preview(self, app: Flask) -> None:
        answer = browser(app, Role.LEADER).post("/publication/preview", data={"body": "文"})
        assert answer.status_code == 404


@pytest.mark.usefixtures("fast")
class TestCorrection:
    def test_an_editor_corrects_an_article_and_sends_it(self, app: Flask) -> None:
        issue = factories.published_issue()
        client = browser(app, Role.EDITOR)
        begun = client.post(
            f"/publication/issues/{issue.id}/correct", data={"note": "次数应为0.7次。"}
        )
        number = int(begun.location.rpartition("/")[2])
        assert "清溪县推行" in client.get(begun.location).text
        sent = {
            "article": f"item-{issue.placements[0].item_id}",
            "title": "清溪县推行“一窗通办”",
            "body": "平均跑动次数降至0.7次。",
            "source_line": "清溪县供稿",
        }
        client.post(f"/publication/corrections/{number}/article", data=sent)
        assert "已改" in client.get(begun.location).text
        factories.checked(fresh(number))
        client.post(f"/issues/{number}/ask")
        browser(app, Role.CHECKER).post(f"/issues/{number}/pass", data={})
        director = browser(app, Role.DIRECTOR)
        director.post(f"/issues/{number}/pass", data={})
        edition = fresh(number)
        assert (edition.state, edition.edition) == (State.PUBLISHED, 2)
        assert fresh(issue.id).state == State.CORRECTED
        assert "更正版" in director.get(f"/issues/{issue.id}").text

    def test_asked_for_twice_the_one_begun_is_shown(self, app: Flask) -> None:
        issue = factories.published_issue()
        client, typed = browser(app, Role.EDITOR), {"note": "有误。"}
        address = f"/publication/issues/{issue.id}/correct"
        first, second = (client.post(address, data=typed).location for _turn in range(2))
        assert first == second

    def test_an_article_without_text_is_refused_and_what_was_typed_stays(self, app: Flask) -> None:
        issue = factories.published_issue()
        edition = factories.keep(
            actions.correct(issue, note="有误。", by=issue.compiled_by, at=factories.AT)
        )
        sent = {"article": f"item-{issue.placements[0].item_id}", "title": "新标题", "body": ""}
        answer = browser(app, Role.EDITOR).post(
            f"/publication/corrections/{edition.id}/article", data=sent
        )
        assert answer.status_code == 422
        assert "正文不能为空" in answer.text
        assert "新标题" in answer.text

    def test_a_first_edition_has_no_such_page(self, app: Flask) -> None:
        issue = factories.issue()
        answer = browser(app, Role.EDITOR).get(f"/publication/corrections/{issue.id}")
        assert answer.status_code == 404


@pytest.mark.usefixtures("fast")
class TestWithdraw:
    def test_a_director_withdraws_with_a_reason(self, app: Flask) -> None:
        issue = factories.published_issue()
        client, address = browser(app, Role.DIRECTOR), f"/publication/issues/{issue.id}/withdraw"
        assert client.post(address, data={}).status_code == 422
        assert client.post(address, data={"reason": "情况有重大出入"}).status_code == 302
        assert fresh(issue.id).state == State.WITHDRAWN
        assert "情况有重大出入" in client.get(f"/issues/{issue.id}").text
        publication = queries.of_issue(issue.id)
        assert publication is not None
        assert client.get(f"/publication/issues/{issue.id}/issue.pdf").status_code == 200

    def test_an_editor_does_not(self, app: Flask) -> None:
        issue = factories.published_issue()
        answer = browser(app, Role.EDITOR).post(
            f"/publication/issues/{issue.id}/withdraw", data={"reason": "误"}
        )
        assert answer.status_code == 404
        assert fresh(issue.id).state == State.PUBLISHED
