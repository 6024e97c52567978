"""In this file an office searches on a cluster: what it publishes is found, whatever goes away."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from sqlalchemy import func, select

import search
from publisher import cli
from publisher.config import Settings, read_settings, write_first_config
from publisher.database import db
from publisher.editing.model import State
from publisher.errors import SettingsWrong
from publisher.library.engine import engine_of, place_of
from publisher.library.tasks import drain_outbox, keep_up
from publisher.people.permission import Role
from publisher.publication import outbox
from publisher.publication.model import OutboxEntry
from publisher.research.model import SavedSearch
from publisher.research.tasks import look_again
from publisher.settings import settings as at_hand
from tests import cluster, factories
from tests.conftest import need

AWAY = "检索服务器暂时连不上"


@pytest.fixture(scope="module")
def node() -> Iterator[cluster.Node]:
    program = cluster.java()
    need(program, "OpenSearch with Java and javac; ./check fetches it where Maven is")
    with cluster.own_node(program or "") as started:
        yield started


def waiting() -> int:
    return db.session.scalar(select(func.count()).select_from(OutboxEntry)) or 0


def shown(client: FlaskClient) -> str:
    return client.get("/search?q=夏粮").text


class TestOnACluster:
    @pytest.fixture
    def settings(self, tmp_path: Path, node: cluster.Node) -> Settings:
        """An office whose index lies on the cluster."""
        instance = tmp_path / "instance"
        instance.mkdir()
        write_first_config(instance, office_name="云汀市人民政府办公室")
        name = f"office-{abs(hash(tmp_path))}"
        return read_settings(instance, {}, opensearch_url=node.address, opensearch_index=name)

    @pytest.fixture
    def number(self, records: None, client: FlaskClient) -> int:  # noqa: ARG002 - opened before
        """An issue that is out, and an editor signed in."""
        serial = factories.serial("政务信息", readers=("role:leader",))
        item = factories.item(
            serial_=serial, title="夏粮收购", body="全县收购夏粮。", state=State.PLACED
        )
        factories.sign_in(client, factories.person(Role.EDITOR))
        number = factories.published_issue(serial_=serial, items=[item]).id
        db.session.commit()
        return number

    def run(self, *words: str) -> Result:
        db.session.rollback()
        office = at_hand()
        return CliRunner().invoke(
            cli.cli,
            ["--instance", str(office.instance), *words],
            env={
                "JIANBAO_OPENSEARCH_URL": office.opensearch_url,
                "JIANBAO_OPENSEARCH_INDEX": office.opensearch_index,
            },
        )

    def test_it_is_found_checked_and_built_anew_there(
        self, number: int, client: FlaskClient
    ) -> None:
        assert waiting() == 0
        assert "<mark>夏粮</mark>收购" in shown(client)
        assert not at_hand().index_path.exists()
        assert self.run("index", "check").exit_code == 0
        engine_of(at_hand()).apply([search.Change.remove(f"issue:{number}")])
        missing = self.run("index", "check")
        assert missing.exit_code == 2
        assert "缺 1 条" in missing.output
        assert json.loads(self.run("index", "rebuild", "--json").output) == {"records": 2}
        assert self.run("index", "check").exit_code == 0
        assert json.loads(self.run("search", "夏粮", "--json").output)["total"] == 2

    def test_a_cluster_that_dies_loses_nothing_and_what_waits_is_applied(
        self, number: int, client: FlaskClient, node: cluster.Node
    ) -> None:
        who = factories.person(Role.EDITOR)
        kept = SavedSearch(
            person=who, name="夏粮", address="q=夏粮", alerts=True, made_at=factories.AT,
            looked_at=factories.AT,
        )  # fmt: skip
        db.session.add(kept)
        db.session.commit()
        node.stop()
        try:
            for address in ("/search?q=夏粮", "/search/suggest?q=夏", "/api/v1/search?q=夏粮"):
                answer = client.get(address)
                assert answer.status_code == 503, address
                assert AWAY in answer.text
                assert "系统出现意外" not in answer.text
            assert client.get(f"/library/issues/{number}").status_code == 200
            outbox.tell(db.session, f"issue:{number}", factories.AT)
            db.session.commit()
            drain_outbox()
            keep_up()
            assert waiting() == 1
            look_again()
            assert kept.looked_at == factories.AT
            for command in (("index", "check"), ("index", "rebuild"), ("search", "夏粮")):
                away = self.run(*command)
                assert (away.exit_code, AWAY in away.output) == (1, True), command
        finally:
            node.start()
        # The node answers before its shards are recovered; the worker asks again each minute.
        for _turn in range(100):
            keep_up()
            if not waiting():
                break
            time.sleep(0.2)
        assert waiting() == 0
        assert "<mark>夏粮</mark>收购" in shown(client)
        look_again()
        assert len(kept.fresh) == 2

    def test_an_index_somebody_took_away_is_made_anew_by_itself(
        self, number: int, client: FlaskClient
    ) -> None:
        connection = engine_of(at_hand())._connection  # type: ignore[attr-defined]
        connection.drop(connection.indices())
        assert client.get("/search?q=夏粮").status_code == 503
        keep_up()
        assert "<mark>夏粮</mark>收购" in shown(client)
        assert number


@pytest.fixture
def office(settings: Settings) -> Settings:
    """An office whose cluster is nowhere."""
    return replace(settings, opensearch_url="http://127.0.0.1:9", opensearch_seconds=1)


def test_an_address_at_which_nobody_answers_is_told_as_such(office: Settings) -> None:
    with pytest.raises(search.EngineAway, match=AWAY):
        engine_of(office).search(search.parse("防汛"), readers=frozenset({"staff"}))


def test_the_settings_name_the_place(office: Settings, settings: Settings) -> None:
    assert place_of(settings) == settings.index_path
    several = replace(office, opensearch_url="https://a:9200，https://b:9200/", opensearch_user="u")
    place = place_of(several)
    assert isinstance(place, search.Cluster)
    assert place.addresses == ("https://a:9200", "https://b:9200/")
    assert "password" not in repr(place)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("opensearch_url", "search.example:9200"),
        ("opensearch_url", "https://user:word@search.example"),
        ("opensearch_index", "云汀"),
        ("opensearch_index", "Jianbao"),
        ("opensearch_index", ""),
        ("opensearch_seconds", "0"),
    ],
)
def test_settings_that_cannot_be_are_refused(tmp_path: Path, name: str, value: Any) -> None:
    with pytest.raises(SettingsWrong, match=name):
        read_settings(tmp_path, {}, **{name: value})
