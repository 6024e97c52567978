"""In this file programs read: with keys and sessions, as much as their person may, and no more."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from publisher import clock, database
from publisher.database import db
from publisher.people.permission import Role
from publisher.publication import press
from publisher.research import api, harvest
from publisher.research.model import ApiToken
from publisher.submissions.model import Kind
from tests import factories
from tests.factories import Browser
from tests.publisher.publication.presses import fast_set_all
from tests.publisher.research.test_keeping import acts, app, made_person
from tests.publisher.research.test_searching import published

__all__ = ["app"]
OAI = f"{{{harvest.OAI}}}"
DC = f"{{{harvest.DC}}}"


@pytest.fixture(scope="module")
def reader(app: Flask) -> Browser:
    """Whoever reads everything published."""
    return made_person(app, Role.RESEARCHER)


@pytest.fixture(scope="module")
def key(reader: Browser) -> str:
    """A key of that person's."""
    page = reader.post("/search/tokens", data={"name": "知识库", "days": "30"}).text
    found = re.search(r"jb-[\w-]{40,}", page)
    assert found is not None
    assert found[0] not in reader.get("/search/tokens").text
    return found[0]


def parsed(content: bytes) -> ET.Element:
    return ET.fromstring(content)  # noqa: S314 - our own answer


def ask(app: Flask, key: str, path: str) -> Any:
    client: FlaskClient = app.test_client()
    return client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {key}"})


def fits(value: object, schema: dict[str, Any]) -> bool:
    """Whether an answer is as described, nothing missing and nothing more."""
    if "$ref" in schema:
        return fits(value, api.SCHEMAS[schema["$ref"].rpartition("/")[2]])
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if isinstance(value, dict):
        named = schema.get("properties")
        if named is None:
            return all(fits(one, schema["additionalProperties"]) for one in value.values())
        return set(value) == set(named) and all(fits(value[k], named[k]) for k in named)
    if isinstance(value, list):
        return "array" in kinds and all(fits(one, schema["items"]) for one in value)
    names = {str: "string", bool: "boolean", int: "integer", type(None): "null"}
    return names[type(value)] in kinds


class TestKeys:
    def test_a_key_reads_as_its_person_and_nothing_else(self, app: Flask, key: str) -> None:
        assert ask(app, key, "/search?q=夏粮").status_code == 200
        headers = {"Authorization": f"Bearer {key}"}
        client = app.test_client()
        assert client.get("/search?q=夏粮", headers=headers).status_code == 302
        assert client.post("/api/v1/search", headers=headers).status_code == 405

    @pytest.mark.parametrize("given", ["", "jb-", "jb-wrong", "\u00e9" * 10, "x" * 9000])
    def test_no_other_key_is_taken(self, app: Flask, given: str) -> None:
        answer = ask(app, given, "/search?q=夏粮")
        assert answer.status_code == 401
        assert answer.json["error"]

    def test_one_that_has_ended_or_been_stopped_is_taken_no_more(self, app: Flask) -> None:
        who = made_person(app, Role.RESEARCHER)
        page = who.post("/search/tokens", data={"name": "旧的", "days": "1"}).text
        mine = re.search(r"jb-[\w-]{40,}", page)
        assert mine is not None
        with app.app_context(), database.writing():
            made = db.session.scalars(select(ApiToken).where(ApiToken.name == "旧的")).one()
            made.ends_on = clock.today() - timedelta(days=1)
            number = made.id
            db.session.commit()
        assert ask(app, mine[0], "/search").status_code == 401
        other = made_person(app, Role.RESEARCHER)
        assert other.post(f"/search/tokens/{number}/end").status_code == 404
        assert who.post(f"/search/tokens/{number}/end").status_code == 302
        assert acts(app, "end_token")


class TestDescribed:
    def test_every_door_is_described_and_every_answer_is_so(self, app: Flask, key: str) -> None:
        document = app.test_client().get("/api/v1/openapi.json").json
        doors = {
            rule.endpoint.partition(".")[2]
            for rule in app.url_map.iter_rules()
            if rule.endpoint.startswith("api.")
        }
        assert doors == set(api.DOORS)
        assert len(document["paths"]) == len(doors)
        number = ask(app, key, "/issues").json["issues"][0]["id"]
        found = ask(app, key, "/search?q=夏粮").json["hits"][0]["id"]
        for path, schema in (
            ("/search?q=夏粮&kind=item", "Results"),
            ("/search?q=夏粮&grouped=1&sort=rank&per_page=1", "Results"),
            ("/suggest?q=情况", "Proposals"),
            (f"/records/{found}", "Record"),
            ("/issues?year=2026", "Issues"),
            (f"/issues/{number}", "Issue"),
        ):
            answer = ask(app, key, path)
            assert answer.status_code == 200, path
            assert fits(answer.json, api.SCHEMAS[schema]), path

    def test_odd_questions_get_an_answer(self, app: Flask, key: str) -> None:
        for path in ("/search?page=-1&per_page=x", "/issues?page=x&year=x", "/suggest"):
            assert ask(app, key, path).status_code == 200, path
        for path in ("/records/item:99999", "/records/x", "/issues/99999", "/serials/x/feed.atom"):
            assert ask(app, key, path).status_code == 404, path
        assert ask(app, key, "/issues?serial=unknown").json["total"] == 0


class TestFeeds:
    def test_a_serial_and_a_saved_search_are_followed(
        self, app: Flask, reader: Browser, key: str
    ) -> None:
        document = parsed(ask(app, key, "/oai?verb=ListSets").data)
        code = document.findtext(f".//{OAI}setSpec")
        feed = parsed(ask(app, key, f"/serials/{code}/feed.atom").data)
        assert feed.findall(f"{{{harvest.ATOM}}}entry")
        reader.post("/search/saved", data={"address": "q=清溪县甲&kind=item", "name": "甲"})
        address = re.search(r"/api/v1(/saved/\d+/feed\.atom)", reader.get("/search/saved").text)
        assert address is not None
        entries = parsed(ask(app, key, address[1]).data).findall(f"{{{harvest.ATOM}}}entry")
        assert [one.findtext(f"{{{harvest.ATOM}}}title") for one in entries] == ["清溪县甲"]
        stranger = made_person(app, Role.RESEARCHER)
        assert stranger.get(f"/api/v1{address[1]}").status_code == 404


class TestHarvest:
    def ask(self, app: Flask, key: str, query: str) -> ET.Element:
        return parsed(ask(app, key, f"/oai?{query}").data)

    def test_everything_is_harvested_page_by_page_once(
        self, app: Flask, key: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(api, "HARVEST_PAGE", 2)
        seen: list[str] = []
        query = "verb=ListIdentifiers&metadataPrefix=oai_dc"
        while query:
            page = self.ask(app, key, query)
            seen += [one.text or "" for one in page.iter(f"{OAI}identifier")]
            token = page.findtext(f".//{OAI}resumptionToken")
            query = f"verb=ListIdentifiers&resumptionToken={token}" if token else ""
        assert len(seen) == len(set(seen)) > 4
        one = self.ask(app, key, f"verb=GetRecord&metadataPrefix=oai_dc&identifier={seen[0]}")
        assert one.findtext(f".//{DC}title")
        assert one.findtext(f".//{DC}date")

    def test_what_a_reader_may_not_see_is_not_harvested(self, app: Flask, key: str) -> None:
        with app.app_context(), database.writing(), pytest.MonkeyPatch.context() as patch:
            patch.setattr(press, "set_all", fast_set_all)
            serial = factories.serial("内参", readers=("role:leader",))
            published(
                serial, "夏粮内情", dated_on=date(2026, 8, 8), kind=Kind.DYNAMIC, section="动态"
            )
        unit = made_person(app, Role.REPORTER)
        own = parsed(unit.get("/api/v1/oai?verb=ListSets").data)
        every = self.ask(app, key, "verb=ListSets")
        assert len(list(own.iter(f"{OAI}set"))) == len(list(every.iter(f"{OAI}set"))) == 2
        page = unit.get("/api/v1/oai?verb=ListRecords&metadataPrefix=oai_dc").text
        assert "清溪县甲" in page
        assert "夏粮内情" not in page
        leader = made_person(app, Role.LEADER)
        assert "夏粮内情" in leader.get("/api/v1/oai?verb=ListRecords&metadataPrefix=oai_dc").text

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ("", "badVerb"),
            ("verb=Destroy", "badVerb"),
            ("verb=ListRecords", "badArgument"),
            ("verb=ListRecords&metadataPrefix=marc", "cannotDisseminateFormat"),
            ("verb=ListRecords&metadataPrefix=oai_dc&from=2026", "badArgument"),
            ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-02-31", "badArgument"),
            ("verb=ListRecords&metadataPrefix=oai_dc&from=2099-01-01", "noRecordsMatch"),
            ("verb=ListRecords&metadataPrefix=oai_dc&set=none", "noRecordsMatch"),
            ("verb=ListRecords&resumptionToken=nonsense", "badResumptionToken"),
            ("verb=ListRecords&resumptionToken=W1tb", "badResumptionToken"),
            ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:x:item:99999", "idDoesNotExist"),
            ("verb=Identify&verb=Identify", "badArgument"),
        ],
    )
    def test_what_cannot_be_answered_says_why(
        self, app: Flask, key: str, query: str, code: str
    ) -> None:
        error = self.ask(app, key, query).find(f"{OAI}error")
        assert error is not None
        assert error.get("code") == code

    def test_it_says_who_answers(self, app: Flask, key: str) -> None:
        said = self.ask(app, key, "verb=Identify")
        assert said.findtext(f".//{OAI}protocolVersion") == "2.0"
        assert (
            self.ask(app, key, "verb=ListMetadataFormats").findtext(f".//{OAI}metadataPrefix")
            == "oai_dc"
        )
