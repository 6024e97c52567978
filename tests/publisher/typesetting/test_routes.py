"""In this file an administrator makes, changes, previews, packs and deletes layouts on the page."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import layouts
from layouts.drafts import read_draft
from layouts.settings import SETTINGS
from publisher import history
from publisher.config import Settings
from publisher.database import db
from publisher.people.permission import Role
from publisher.typesetting import previews, tasks
from publisher.typesetting.forms import ALIGNS, CHOICES, FACES, label_of
from publisher.typesetting.queries import changes_of
from tests import factories


@pytest.fixture
def admin(app: Flask, client: FlaskClient) -> FlaskClient:
    with app.app_context():
        factories.sign_in(client, factories.person(Role.ADMINISTRATOR, name="管理员甲"))
    return client


@pytest.fixture
def county(admin: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A layout of the office's own, and no press at work."""
    monkeypatch.setattr(tasks.make_preview, "function", lambda *_values: None)
    answer = admin.post("/layouts/new?base=regular", data={"name": "county", "title": "县情"})
    assert answer.location == "/layouts/county"
    return settings.layouts_path / "county" / "layout.toml"


def fields(page: str) -> dict[str, str]:
    """What a browser would send of the form as it was shown."""
    form = page.split('id="layout-form"')[1].split("</form>", maxsplit=1)[0]
    sent: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        words = dict(re.findall(r'([\w:-]+)="([^"]*)"', tag))
        if "name" not in words or (words.get("type") == "checkbox" and " checked" not in tag):
            continue
        sent[words["name"]] = words.get("value", "")
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form):
        chosen = re.search(r'value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else re.findall(r'value="([^"]*)"', options)[0]
    css = re.search(r"<textarea[^>]*>(.*?)</textarea>", form, re.DOTALL)
    return sent | {"css": css[1].strip() if css else ""}


def shown(client: FlaskClient, name: str = "county") -> dict[str, str]:
    return fields(client.get(f"/layouts/{name}").text)


def save(client: FlaskClient, sent: dict[str, str], name: str = "county") -> TestResponse:
    return client.post(f"/layouts/{name}", data=sent | {"do": "save"})


class TestForm:
    def test_every_setting_has_its_word(self, app: Flask) -> None:
        with app.test_request_context():
            silent = [path for path in SETTINGS if label_of(path) == path]
        assert silent == []
        for setting in SETTINGS.values():
            words = FACES if setting.key == "face" else ALIGNS
            known = words if setting.kind == "choice" else CHOICES
            assert set(setting.choices) <= set(known), setting.path

    @pytest.mark.parametrize("name", layouts.layout_names())
    def test_what_is_shown_and_sent_unchanged_says_nothing_of_its_own(
        self, admin: FlaskClient, settings: Settings, name: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        monkeypatch.setattr(tasks.make_preview, "function", lambda *_values: None)
        made = {"name": "own", "title": layouts.read_layout(name).title}
        assert admin.post(f"/layouts/new?base={name}", data=made).status_code == 302
        before = read_draft("own", settings.layouts_path)
        assert save(admin, shown(admin, "own"), "own").status_code == 302
        after = read_draft("own", settings.layouts_path)
        assert after == before
        said = (settings.layouts_path / "own" / "layout.toml").read_text(encoding="utf-8")
        lines = [line for line in said.splitlines() if line and not line.startswith("#")]
        assert [line.partition(" ")[0] for line in lines] == ["based_on", "name", "title"]


class TestChange:
    @pytest.mark.usefixtures("county")
    def test_what_is_changed_is_written_into_the_file_and_told(
        self, app: Flask, admin: FlaskClient, settings: Settings
    ) -> None:
        sent = shown(admin) | {
            "colors.masthead": "#aa0011",
            "number_pattern": "〔{year}〕{number}期",
            "style.article_title.size": "20",
            "imprint.names:checker:place": "1",
            "imprint.names:signer:place": "9",
            "parts:editor_note:place": "0",
            "css": ".article-title { text-align: left }",
        }
        del sent["imprint.names:phone"]
        assert save(admin, sent).location == "/layouts/county"
        made = layouts.read_layout("county", settings.layouts_path)
        assert (made.colors["masthead"], made.number_pattern) == ("#aa0011", "〔{year}〕{number}期")
        assert made.styles["article_title"].size == 20
        assert made.names == ("checker", "editor", "signer")
        assert made.parts == ("editor_note", "addressee", "correction", "contents")
        assert "article-title { text-align: left }" in made.css
        assert made.colors["rule"] == layouts.read_layout("regular").colors["rule"]
        with app.app_context():
            told = history.entries_of(db.session, f"layout_change:{changes_of('county')[0].id}")
            assert [(one.act, one.actor) for one in told] == [("change_layout", "管理员甲")]

    def test_each_wrong_value_comes_back_with_its_reason_and_nothing_is_written(
        self, admin: FlaskClient, county: Path
    ) -> None:
        before = county.read_bytes()
        wrong = {
            "style.body.size": "特大",
            "colors.rule": "red",
            "contents.from_articles": "2.5",
            "number_pattern": "第期",
            "css": "@import 'x';",
        }
        answer = save(admin, shown(admin) | wrong)
        assert answer.status_code == 422
        for path in wrong:
            place = "page.css" if path == "css" else path
            field = answer.text.split(f'data-setting="{place}"')[1][:1500]
            assert re.search(r"data-reason>.*?<span>[^<]", field, re.DOTALL), path
        assert 'value="特大"' in answer.text
        assert county.read_bytes() == before
        preview = admin.post("/layouts/county/preview", data=shown(admin) | wrong)
        assert (preview.status_code, preview.text.count("data-state=")) == (200, 1)
        assert "style.body.size" in preview.text

    def test_a_change_by_hand_is_shown_kept_and_never_overwritten_unseen(
        self, app: Flask, admin: FlaskClient, county: Path
    ) -> None:
        sent = shown(admin)
        by_hand = 'based_on = "regular"\ntitle = "县情"\n[words]\ncontents = "要目"\n'
        county.write_text(by_hand, encoding="utf-8")
        page = admin.get("/layouts/county").text
        assert "文件在页面之外被改过" in page
        assert fields(page)["words.contents"] == "要目"
        refused = save(admin, sent)
        assert refused.status_code == 409
        assert county.read_text(encoding="utf-8") == by_hand
        assert save(admin, fields(refused.text)).status_code == 302
        with app.app_context():
            kept = changes_of("county")
            assert [one.by.name if one.by else "" for one in kept] == ["管理员甲", "", "管理员甲"]
            assert kept[1].toml == by_hand
            number = kept[1].id
        assert "要目" in admin.get(f"/layouts/county/history?change={number}").text
        assert admin.post(f"/layouts/county/history/{number}/take-back").status_code == 302
        assert county.read_text(encoding="utf-8") == by_hand
        with app.app_context():
            assert len(changes_of("county")) == 4

    def test_a_file_that_cannot_be_read_is_said_and_can_be_taken_back(
        self, app: Flask, admin: FlaskClient, county: Path
    ) -> None:
        county.write_text("= 坏", encoding="utf-8")
        assert "不是有效的 TOML" in admin.get("/layouts/county").text
        assert "不是有效的 TOML" in admin.get("/layouts").text
        assert save(admin, {"seen": ""}).status_code == 422
        with app.app_context():
            number = changes_of("county")[-1].id
        assert admin.post(f"/layouts/county/history/{number}/take-back").status_code == 302
        assert admin.get("/layouts/county").status_code == 200

    @pytest.mark.usefixtures("county")
    def test_the_library_is_shown_and_not_changed(self, admin: FlaskClient) -> None:
        page = admin.get("/layouts/digest").text
        assert "<fieldset disabled>" in page
        assert save(admin, fields(page), "digest").status_code == 404
        assert admin.post("/layouts/digest/delete").status_code == 404
        assert admin.get("/layouts/nothing").status_code == 404

    @pytest.mark.parametrize("name", ["regular", "county", "kept", "Kreis", "../x", "a/b", ""])
    def test_a_name_that_is_taken_or_none_is_refused(
        self, admin: FlaskClient, county: Path, name: str
    ) -> None:
        answer = admin.post("/layouts/new", data={"name": name, "title": "另一种"})
        assert answer.status_code == 422
        assert [one.name for one in county.parent.parent.iterdir()] == ["county"]


class TestUse:
    def test_one_in_use_is_named_and_not_deleted(
        self, app: Flask, admin: FlaskClient, county: Path
    ) -> None:
        with app.app_context():
            serial = factories.serial("县情快报", code="xq")
            serial.layout = "county"
            db.session.commit()
        assert "县情快报" in admin.get("/layouts").text
        refused = admin.post("/layouts/county/delete")
        assert (refused.status_code, "《县情快报》正在使用" in refused.text) == (409, True)
        with app.app_context():
            factories.serial("另一种", code="lyz")
            found = factories.signed_issue(serial_=db.session.merge(serial))
            assert found.frozen is not None
            found.serial.layout = "regular"
            db.session.commit()
        refused = admin.post("/layouts/county/delete")
        assert (refused.status_code, "已有 1 期" in refused.text) == (409, True)
        assert county.is_file()

    def test_one_that_another_is_based_on_is_not_deleted(
        self, admin: FlaskClient, county: Path
    ) -> None:
        sent = {"name": "town", "title": "镇情"}
        assert admin.post("/layouts/new?base=county", data=sent).status_code == 302
        assert "“town”以它为底本" in admin.post("/layouts/county/delete").text
        assert admin.post("/layouts/town/delete").status_code == 302
        assert admin.post("/layouts/county/delete").status_code == 302
        assert not county.parent.exists()
        assert "恢复这一版" in admin.get("/layouts/county/history").text

    def test_nobody_else_finds_the_room(self, app: Flask, client: FlaskClient) -> None:
        with app.app_context():
            factories.sign_in(client, factories.person(Role.EDITOR))
        for path in ("/layouts", "/layouts/regular", "/layouts/new", "/layouts/regular/history"):
            assert client.get(path).status_code == 404


class TestPackage:
    def test_what_is_exported_is_imported_elsewhere(self, admin: FlaskClient, county: Path) -> None:
        admin.post("/layouts/new?base=county", data={"name": "town", "title": "镇情"})
        content = admin.get("/layouts/town/layout.zip").data
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            assert package.namelist() == ["county/layout.toml", "town/layout.toml"]
        before = county.read_bytes()
        refused = self.bring(admin, content)
        assert (refused.status_code, "请勾选" in refused.text) == (422, True)
        county.write_text('based_on = "flash"', encoding="utf-8")
        assert self.bring(admin, content, replaces="1").status_code == 302
        assert county.read_bytes() == before
        assert admin.get("/layouts/regular/layout.zip").status_code == 404

    @pytest.mark.parametrize(
        ("names", "said"),
        [
            (["../evil/layout.toml"], "只能有"),
            (["/etc/layout.toml"], "只能有"),
            (["new/layout.toml", "new/run.sh"], "只能有"),
            (["new/deep/layout.toml"], "只能有"),
            (["kept/layout.toml"], "只能有"),
            (["NEW/layout.toml"], "只能有"),
            (["new\\\\layout.toml"], "只能有"),
            (["new/page.css"], "缺少 layout.toml"),
            (["digest/layout.toml"], "系统自带的同名"),
            ([f"n{n}/layout.toml" for n in range(50)], "过多"),
            ([], "里面没有版式"),
        ],
    )
    def test_a_hostile_one_is_refused_and_nothing_is_written(
        self, admin: FlaskClient, county: Path, names: list[str], said: str
    ) -> None:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as package:
            for name in names:
                package.writestr(name, 'based_on = "regular"')
        answer = self.bring(admin, stream.getvalue())
        assert (answer.status_code, said in answer.text) == (422, True)
        assert [one.name for one in county.parent.parent.iterdir()] == ["county"]

    @pytest.mark.parametrize("kind", ["bomb", "no zip", "cut", "wrong", "css"])
    def test_one_that_is_too_large_broken_or_wrong_is_refused(
        self, admin: FlaskClient, county: Path, kind: str
    ) -> None:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
            text = b"#" * 50_000_000 if kind == "bomb" else b'based_on = "regular"\n'
            text += b"[style.body]\nsize = 900" if kind == "wrong" else b""
            package.writestr("new/layout.toml", text)
            if kind == "css":
                package.writestr("new/page.css", "a { background: url(//x) }")
        content = {"no zip": b"nothing", "cut": stream.getvalue()[:-30]}.get(
            kind, stream.getvalue()
        )
        assert self.bring(admin, content).status_code == 422
        assert not (county.parents[1] / "new").exists()

    def bring(self, admin: FlaskClient, content: bytes, **more: str) -> TestResponse:
        data = {"package": (io.BytesIO(content), "版式.zip"), **more}
        return admin.post("/layouts/import", data=data, content_type="multipart/form-data")


class TestPreview:
    """The presses are at work here; once for all that is looked at."""

    def test_a_draft_is_set_in_both_formats_and_nothing_is_saved(
        self, admin: FlaskClient, settings: Settings
    ) -> None:
        sent = {"name": "county", "title": "县情"}
        assert admin.post("/layouts/new?base=flash", data=sent).status_code == 302
        path = settings.layouts_path / "county" / "layout.toml"
        before = path.read_bytes()
        answer = admin.post(
            "/layouts/county/preview", data=shown(admin) | {"colors.masthead": "#00aa00"}
        )
        assert 'data-state="ready"' in answer.text
        (digest,) = set(re.findall(r"/layouts/previews/([0-9a-f]{64})/pages/", answer.text))
        page = admin.get(f"/layouts/previews/{digest}/pages/1.png")
        assert page.data.startswith(b"\x89PNG")
        assert admin.get(f"/layouts/previews/{digest}/issue.pdf").data.startswith(b"%PDF-")
        assert admin.get(f"/layouts/previews/{digest}/issue.docx").data.startswith(b"PK")
        assert admin.get(f"/layouts/previews/{digest}/issue.exe").status_code == 404
        assert admin.get(f"/layouts/previews/{'0' * 64}").status_code == 404
        assert path.read_bytes() == before
        # Without scripts the draft comes back in the form beside its pages.
        sent = shown(admin) | {"colors.masthead": "#00aa00", "do": "preview"}
        there = admin.post("/layouts/county", data=sent)
        assert there.location == f"/layouts/county?draft={digest}"
        assert fields(admin.get(there.location).text)["colors.masthead"] == "#00aa00"

    def test_an_older_draft_is_let_go_for_a_newer_one(self, app: Flask, settings: Settings) -> None:
        with app.app_context():
            asked = []
            for name in ("digest", "regular"):
                draft = read_draft(name, None)
                look = layouts.read_layout(name)
                mine = type(draft)("county", "", draft.settings, "")
                asked.append(previews.ask(look, mine, owner=7, office=settings))
            for digest in asked:
                previews.make(digest, word=False, owner=7, office=settings)
            older, newer = (previews.state_of(one, settings) for one in asked)
            assert (older.is_made, newer.is_made) == (False, True)

    def test_what_hinders_is_a_sentence(
        self, app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_given: object) -> None:
            raise RuntimeError

        monkeypatch.setattr(previews, "_set", broken)
        with app.app_context():
            look = layouts.read_layout("regular")
            digest = previews.ask(look, read_draft("regular", None), owner=0, office=settings)
            previews.make(digest, word=False, owner=0, office=settings)
            assert previews.state_of(digest, settings).error == "版面没有生成，请稍后重试。"
            previews.clear_old(settings)
            assert previews.maybe(digest, settings) is not None
