"""In this file both engines answer the same questions, and a plain oracle says what is right.

Required of each engine: the very ids of the oracle, its counts by facet and month, and its order by
day and by rank. Required of both together: the same order by relevance, scores equal to a
thousandth; only what goes on (97*) and what has gaps (防*水库) may rank otherwise.
"""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import islice, product
from pathlib import Path

import pytest

from search import (
    Change,
    Cluster,
    Engine,
    Filters,
    IndexBusy,
    IndexOutdated,
    Query,
    QueryRefused,
    Record,
    Results,
    akin_to,
    open_engine,
    parse,
    rebuild,
)
from search.engines.opensearch import cluster as talking
from search.engines.opensearch import locking
from search.engines.opensearch.engine import OpenSearchEngine
from search.query import And, Gapped, Node, Not, Or, Text
from tests import cluster
from tests.conftest import SHARED_DATA, need
from tests.search.conformance.cases import CASES, Case
from tests.search.conformance.corpus import ONE_PERSON, READERS, STAFF, SYNONYMS, generated, written
from tests.search.conformance.oracle import Oracle

ENGINES = ("whoosh", "opensearch")
ROOT = Path(__file__).parents[3]
NEWS = SHARED_DATA / "news" / "items.jsonl.gz"


def news() -> Iterator[Record]:
    """Some real news, where it lies beside the checkout."""
    if not NEWS.is_file():
        return
    with gzip.open(NEWS, "rt", encoding="utf-8") as lines:
        for number, item in enumerate(map(json.loads, islice(lines, 30))):
            yield Record(
                id=f"item:{1000 + number}",
                kind="item",
                title=item["title"],
                text=item["body"][:600],
                date=date.fromisoformat(item["date"]),
                readers=STAFF,
                serial="每日要闻",
            )


@pytest.fixture(scope="module")
def records() -> list[Record]:
    return [*written(), *generated(), *news()]


@pytest.fixture(scope="module")
def oracle(records: list[Record]) -> Oracle:
    return Oracle(records)


@pytest.fixture(scope="module")
def node() -> Iterator[cluster.Node]:
    program = cluster.java()
    need(program, "OpenSearch with Java and javac; ./check fetches it where Maven is")
    with cluster.own_node(program or "") as started:
        yield started


@pytest.fixture(scope="module")
def whoosh(records: list[Record], tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return filled(tmp_path_factory.mktemp("conformance") / "index", records)


@pytest.fixture(scope="module")
def opensearch(records: list[Record], node: cluster.Node) -> Engine:
    return filled(Cluster((node.address,), name="conformance"), records)


def filled(place: Path | Cluster, records: list[Record]) -> Engine:
    """Half of it built at once, the other half come with changes: what is lent crosses over."""
    rebuild(place, records[::2])
    engine = open_engine(place)
    rest = records[1::2]
    for start in range(0, len(rest), 30):
        engine.apply([Change.put(one) for one in rest[start : start + 30]])
    return engine


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> Engine:
    chosen: Engine = request.getfixturevalue(request.param)
    return chosen


def read(case: Case) -> Query:
    return parse(case.typed, SYNONYMS if case.has_synonyms else ())


known_scores: dict[tuple[Engine, Case], dict[str, float]] = {}
"""What `asked` was answered: no question is asked twice."""


def asked(engine: Engine, case: Case) -> Results:
    results = engine.search(
        read(case),
        readers=READERS[case.reader],
        filters=case.filters,
        sort=case.sort,
        per_page=200,
    )
    known_scores[engine, case] = scores(results)
    return results


def scores_of(engine: Engine, case: Case) -> dict[str, float]:
    return known_scores.get((engine, case)) or scores(asked(engine, case))


def scores(results: Results) -> dict[str, float]:
    return {hit.record.id: hit.score for hit in results.hits}


def is_ranked_alike(node: Node) -> bool:
    """Whether both engines must give the same scores."""
    match node:
        case And() | Or():
            return all(map(is_ranked_alike, node.nodes))
        case Not():
            return True
        case Text():
            return not node.is_prefix
        case Gapped():
            return False
    return True


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
@pytest.mark.parametrize("engine", ENGINES, indirect=True)
class TestEveryQuestion:
    def test_is_answered_as_by_the_oracle(self, engine: Engine, oracle: Oracle, case: Case) -> None:
        root, readers = read(case).root, READERS[case.reader]
        results = asked(engine, case)
        ids = [hit.record.id for hit in results.hits]
        matching = oracle.matching(root, readers)
        wanted = oracle.ticked(matching, readers, case.filters)
        assert set(ids) == wanted
        assert len(ids) == results.total == len(wanted)
        if case.expected is not None:
            assert {one for one in wanted if int(one.split(":")[1]) < 100} == case.expected
        for name, values in results.facets.items():
            assert dict(values) == oracle.facet(name, matching, readers, case.filters), name
        assert dict(results.months) == oracle.months(matching, readers, case.filters)
        assert_in_order(results, case, oracle)


def assert_in_order(results: Results, case: Case, oracle: Oracle) -> None:
    days = [-hit.record.date.toordinal() for hit in results.hits]
    if case.sort == "newest":
        assert days == sorted(days)
    elif case.sort == "oldest":
        assert days == sorted(days, reverse=True)
    elif case.sort == "rank":
        ranks = [oracle.rank(hit.record, READERS[case.reader]) for hit in results.hits]
        assert list(zip(ranks, days, strict=True)) == sorted(zip(ranks, days, strict=True))
    else:
        keys = [(-hit.score, day) for hit, day in zip(results.hits, days, strict=True)]
        assert keys == sorted(keys)


QUESTIONS = [
    "清溪县基站建设情况怎么样",
    "水库除险加固完成了多少",
    "防汛备汛工作是如何推进的，水务局做了什么",
    "云汀市经济平稳运行",
    "机密水库的暗号是什么",
    "请问谁",
]


@pytest.mark.parametrize("reader", ["officer", "all"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_both_find_the_same_nearest(
    whoosh: Engine, opensearch: Engine, question: str, reader: str
) -> None:
    for filters in (Filters(), Filters(kind=("item",)), Filters(unit=("市水务局",))):
        one, other = (
            engine.search(akin_to(question), readers=READERS[reader], filters=filters, per_page=200)
            for engine in (whoosh, opensearch)
        )
        # Which of several equally near records are fed back is each engine's own choice.
        assert scores(one) == pytest.approx(scores(other), rel=0.05)
        assert [hit.record.id for hit in one.hits[:1]] == [hit.record.id for hit in other.hits[:1]]
        assert (one.marked, one.total) == (other.marked, other.total)
        assert question == "请问谁" or filters != Filters() or one.total


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
class TestEveryOtherQuestion:
    @pytest.mark.parametrize("reader", READERS)
    @pytest.mark.parametrize(
        "typed", ["水", "市", "清", "督", "黎", "除险", "秘密", "clo", "x", " "]
    )
    def test_suggestions(self, engine: Engine, oracle: Oracle, typed: str, reader: str) -> None:
        readers = READERS[reader]
        suggested = engine.suggest(typed, readers, most=500)
        names = {(one.kind, one.text): one.count for one in suggested if one.kind != "word"}
        # A name that is a word as well, or of two kinds, is proposed once.
        wanted = oracle.names_with(typed.strip(), readers) if typed.strip() else {}
        assert names.items() <= wanted.items()
        assert {text for _kind, text in names} == {text for _kind, text in wanted}
        for one in suggested:
            if one.kind == "word":
                assert one.text.startswith(typed)
                assert 1 <= one.count <= len(oracle.visible(readers))
        counts = [one.count for one in suggested if one.kind == "word"]
        assert counts == sorted(counts, reverse=True)

    @pytest.mark.parametrize(
        "facet", ["unit", "serial", "leader", "handler", "state", "tag", "adopted"]
    )
    def test_values(self, engine: Engine, oracle: Oracle, facet: str) -> None:
        for readers, part in product(READERS.values(), ("", "水", "办")):
            ids = {one.id for one in oracle.visible(readers)}
            wanted = {
                value: count
                for value, count in oracle.facet(facet, ids, readers).items()
                if part in value
            }
            found = engine.values(facet, part, readers, most=100)
            assert {one.text: one.count for one in found} == wanted

    def test_names_nearly_as_typed(self, engine: Engine) -> None:
        assert engine.near_names("市水物局", READERS["staff"])[0].text == "市水务局"
        assert engine.near_names("水物局", READERS["staff"])[0].text == "市水务局"
        assert engine.near_names("秘密出", READERS["staff"]) == ()
        assert [one.text for one in engine.near_names("秘密出", READERS["all"])] == ["秘密处"]

    @pytest.mark.parametrize("by", ["", "unit", "kind", "leader", "category"])
    def test_months(self, engine: Engine, oracle: Oracle, by: str) -> None:
        readers, filters = READERS["officer"], Filters(since=date(2025, 12, 1))
        query = parse("防汛 或 水库")
        found = oracle.found(query.root, readers, filters)
        wanted: dict[str, dict[int, int]] = {}
        for one in (oracle.records[key] for key in found):
            for value in oracle.values(by, one, readers) if by else {""}:
                month = one.date.year * 100 + one.date.month
                in_value = wanted.setdefault(value, {})
                in_value[month] = in_value.get(month, 0) + 1
        assert engine.months(query, readers, by=by, filters=filters) == wanted

    @pytest.mark.parametrize("reader", ["staff", "officer", "all"])
    @pytest.mark.parametrize("typed", ["", "防汛 或 水库", "种类:办理报告 或 种类:信息", "批示:有"])
    def test_stories(self, engine: Engine, oracle: Oracle, typed: str, reader: str) -> None:
        query, readers = parse(typed), READERS[reader]
        results = engine.search(query, readers=readers, sort="newest", grouped=True, per_page=200)
        wanted = oracle.stories(oracle.found(query.root, readers), readers)
        assert results.total == len(results.hits) == len(wanted)
        by_member = {member: story for story in wanted for member in story}
        for hit in results.hits:
            story = by_member.pop(hit.record.id)
            assert hit.others_count == len(story) - 1
            assert {one.id for one in hit.others} <= story - {hit.record.id}
            assert len(hit.others) == min(6, len(story) - 1)
            newest = max(oracle.records[member].date for member in story)
            assert hit.record.date == newest

    def test_pages_follow_each_other(self, engine: Engine) -> None:
        for sort, grouped in product(("relevance", "newest", "rank"), (False, True)):
            asked = [
                engine.search(
                    parse("防汛 或 水库"), readers=READERS["all"], page=page, per_page=7, sort=sort,
                    grouped=grouped,
                )
                for page in range(1, 20)
            ]  # fmt: skip
            ids = [hit.record.id for page in asked for hit in page.hits]
            assert len(ids) == len(set(ids)) == asked[0].total

    def test_a_hit_says_what_is_lent_to_it(self, engine: Engine) -> None:
        keys = ["item:1", "item:2", "item:15", "item:404", "case:51"]
        shown = engine.hits(keys, READERS["officer"])
        assert list(shown) == ["item:1", "item:2", "case:51"]
        assert set(shown["item:1"].leaders) == {"黎小满"}
        assert set(shown["item:1"].states) == {"已立项", "办理中"}
        assert engine.hits(keys, READERS["staff"])["item:1"].leaders == ()
        assert shown["item:1"].adopted == ("省级",)
        staff, officer = (
            engine.hits(["item:3"], READERS[one])["item:3"].adopted for one in ("staff", "officer")
        )
        assert (staff, set(officer)) == (("省级",), {"省级", "国家级"})

    def test_a_record_is_given_to_its_readers_alone(
        self, engine: Engine, records: list[Record]
    ) -> None:
        for one in records[:60]:
            assert engine.record(one.id, one.readers) == one
            assert engine.record(one.id, READERS["nobody"]) is None
        assert engine.record("item:15", READERS["officer"]) is None

    def test_all_ids(self, engine: Engine, oracle: Oracle) -> None:
        for typed, readers in product(["", "防汛", "批示:有"], READERS.values()):
            query = parse(typed)
            assert engine.matching_ids(query, readers) == oracle.found(query.root, readers)

    def test_it_holds_what_it_should(self, engine: Engine, records: list[Record]) -> None:
        assert engine.check((one.id, one.digest) for one in records).is_sound


RANKED = [case for case in CASES if case.sort == "relevance" and is_ranked_alike(read(case).root)]


@pytest.mark.parametrize("case", RANKED[::3], ids=[case.name for case in RANKED[::3]])
def test_both_rank_alike(whoosh: Engine, opensearch: Engine, case: Case) -> None:
    one, other = scores_of(whoosh, case), scores_of(opensearch, case)
    assert one == pytest.approx(other, rel=1e-3)


# What follows changes what is indexed, so each test has an index of its own.


@pytest.fixture
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    """An empty index."""
    if request.param == "whoosh":
        return open_engine(tmp_path / "index")
    address = request.getfixturevalue("node").address
    return open_engine(
        Cluster((address,), name=f"t{len(request.node.name)}-{tmp_path.name.lower()}")
    )


@pytest.mark.parametrize("fresh", ENGINES, indirect=True)
class TestWriting:
    def test_near_duplicates(self, fresh: Engine, records: list[Record]) -> None:
        issue = next(one for one in records if one.id == "item:17")
        text = "防汛抗旱防火一体推进，各县区落实包保责任，堤防水闸逐一检查，确保安全度汛。"
        copied = replace(issue, id="item:900", text=text, readers=STAFF)
        hidden = replace(copied, id="item:901", readers=frozenset({"person:7"}))
        fresh.apply([Change.put(one) for one in [*records[:40], copied, hidden]])
        typed = text.replace("确保", "保证")
        assert [one.record.id for one in fresh.alike(typed, STAFF)] == ["item:900"]
        assert fresh.alike(typed, STAFF, but=frozenset({"item:900"})) == ()
        assert fresh.alike("水库", STAFF) == ()
        related = fresh.related(replace(copied, id="item:902"), STAFF, most=3)
        assert related[0].id == "item:900"
        assert "item:901" not in {one.id for one in related}

    def test_what_an_instruction_lends_follows_its_changes(self, fresh: Engine) -> None:
        item = replace(written()[0], units=(), unit="")
        other = replace(item, id="item:2")
        wrote = next(one for one in written() if one.id == "instruction:41")
        readers = READERS["officer"]

        def found(typed: str) -> frozenset[str]:
            return fresh.matching_ids(parse(typed), readers)

        fresh.apply([Change.put(one) for one in (item, other, wrote)])
        assert found("批示人:黎小满") == {"item:1", "instruction:41"}
        fresh.apply([Change.put(replace(item, title="改过的标题"))])
        assert found("批示人:黎小满 标题:改过") == {"item:1"}
        fresh.apply([Change.put(replace(wrote, leader="秦望", about=("item:2",)))])
        assert found("批示人:黎小满") == frozenset()
        assert found("批示人:秦望") == {"item:2", "instruction:41"}
        fresh.apply([Change.put(replace(wrote, readers=ONE_PERSON, about=("item:2",)))])
        assert found("批示:有") == frozenset()
        fresh.apply([Change.put(wrote), Change.remove("item:1")])
        fresh.apply([Change.put(item)])
        assert found("批示:有") == {"item:1", "instruction:41"}
        fresh.apply([Change.remove("instruction:41"), Change.remove("item:404")])
        assert found("批示:有") == frozenset()
        assert found("") == {"item:1", "item:2"}

    def test_check_names_what_differs(self, fresh: Engine) -> None:
        one, other, third = written()[:3]
        fresh.apply([Change.put(one), Change.put(other)])
        newer = replace(other, text="改后")
        report = fresh.check([(newer.id, newer.digest), (third.id, third.digest)])
        assert (report.missing, report.changed, report.unexpected) == (
            (third.id,),
            (other.id,),
            (one.id,),
        )

    def test_a_new_index_takes_the_old_one_s_place(self, fresh: Engine) -> None:
        one, other, third = written()[:3]
        fresh.apply([Change.put(one)])
        told: list[int] = []
        assert fresh.rebuild([other, third], told.append) == 2
        assert fresh.matching_ids(parse(""), READERS["all"]) == {other.id, third.id}
        assert told == [2]

        def broken() -> Iterator[Record]:
            yield one
            raise OSError("数据库断开")

        with pytest.raises(OSError, match="数据库断开"):
            fresh.rebuild(broken())
        fresh.apply([Change.put(one)])
        assert fresh.matching_ids(parse(""), READERS["all"]) == {one.id, other.id, third.id}


def go_on_writing(held: locking.Held) -> None:
    """Look at the lock for some seconds, as a writer does before each batch."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        held()
        time.sleep(0.05)


WRITER = """
import sys
from search import Change, Cluster, open_engine
from search.engines.opensearch import locking
from tests.search.conformance.corpus import written
locking.BEAT_SECONDS, locking.LEASE_SECONDS = 0.3, 10.0
engine = open_engine(Cluster((sys.argv[1],), name=sys.argv[2], seconds=60))
records = written()[:: int(sys.argv[3])]
for start in range(0, len(records), 6):
    engine.apply([Change.put(one) for one in records[start : start + 6]])
    if not start:
        print("begun", flush=True)
"""


class TestCluster:
    """What only a cluster has: versions beside each other, and writers on several machines."""

    @pytest.fixture
    def place(self, node: cluster.Node, request: pytest.FixtureRequest) -> Cluster:
        name = f"only-{zlib.crc32(request.node.nodeid.encode()):x}"
        return Cluster((node.address,), name=name, seconds=60)

    def test_an_index_of_another_analysis_must_be_rebuilt(
        self, place: Cluster, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one = written()[0]
        former = OpenSearchEngine(place)
        former.apply([Change.put(one)])
        monkeypatch.setattr(talking, "fingerprint", lambda: "0123abcd")
        newer = OpenSearchEngine(place)
        with pytest.raises(IndexOutdated):
            newer.matching_ids(parse(""), STAFF)
        with pytest.raises(IndexOutdated):
            newer.apply([Change.put(one)])
        # Machines with the former program go on until the new index is there.
        assert former.matching_ids(parse(""), STAFF) == {one.id}
        assert newer.rebuild([one]) == 1
        assert newer.matching_ids(parse(""), STAFF) == {one.id}
        assert len(newer._connection.indices()) == 1
        with pytest.raises(IndexOutdated):
            former.matching_ids(parse(""), STAFF)

    def test_what_a_builder_that_died_has_left_is_taken_away(self, place: Cluster) -> None:
        engine = OpenSearchEngine(place)
        engine.rebuild([written()[0]])
        connection = engine._connection
        connection.create(f"{connection.alias}-dead")
        assert engine.matching_ids(parse(""), STAFF) == {"item:1"}
        engine.rebuild([written()[0]])
        assert len(connection.indices()) == 1

    def test_one_writer_at_a_time_and_a_dead_one_is_followed(
        self, place: Cluster, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        change = Change.put(written()[0])
        patient, hasty = (OpenSearchEngine(place, lock_seconds=seconds) for seconds in (30, 0.5))
        monkeypatch.setattr(locking, "BEAT_SECONDS", 0.1)
        monkeypatch.setattr(locking, "LEASE_SECONDS", 1.5)
        with locking.WriterLock(patient._connection, 1).held() as held:
            with pytest.raises(IndexBusy):
                OpenSearchEngine(place, lock_seconds=3).apply([change])
            held()
        hasty.apply([change])
        # A writer that dies writes no more into the lock and gives nothing back.
        dead = locking.WriterLock(patient._connection, 1)
        dead._take("dead")
        with pytest.raises(IndexBusy):
            hasty.apply([change])
        patient.apply([change])
        assert patient.matching_ids(parse(""), STAFF) == {"item:1"}

    def test_a_holder_whose_lock_was_taken_stops(
        self, place: Cluster, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(locking, "BEAT_SECONDS", 0.05)
        lock = locking.WriterLock(OpenSearchEngine(place)._connection, 1)
        with lock.held() as held:
            found = lock._connection.ask(lock._found)
            assert lock._put("another", found) or lock._put(
                "another", lock._connection.ask(lock._found)
            )
            with pytest.raises(IndexBusy):
                go_on_writing(held)
        assert lock._connection.ask(lock._found)["_source"]["owner"] == "another"  # type: ignore[index]

    def test_two_processes_write_at_once_and_one_is_killed(
        self, place: Cluster, records: list[Record]
    ) -> None:
        """What was not lent by the one that died is lent once its changes are applied again."""
        command = [sys.executable, "-c", WRITER, place.addresses[0], place.name]
        writers = [
            subprocess.Popen([*command, step], stdout=subprocess.PIPE, cwd=ROOT)
            for step in ("1", "-1")
        ]
        assert writers[0].stdout is not None
        assert writers[0].stdout.readline() == b"begun\n"
        writers[0].kill()
        assert (writers[0].wait(60), writers[1].wait(120)) == (-signal.SIGKILL, 0)
        for writer in writers:
            writer.stdout.close()  # type: ignore[union-attr]  # asked for above
        engine = OpenSearchEngine(place)
        mine = [one for one in records if int(one.id.split(":")[1]) < 100]
        engine.apply([Change.put(one) for one in mine])
        assert engine.check((one.id, one.digest) for one in mine).is_sound
        alone = Oracle(mine)
        for readers in READERS.values():
            results = engine.search(parse(""), readers=readers)
            ids = alone.found(parse("").root, readers)
            for name, values in results.facets.items():
                assert dict(values) == alone.facet(name, ids, readers), name

    def test_a_query_of_more_words_than_it_takes_is_refused_in_words(self, place: Cluster) -> None:
        engine = OpenSearchEngine(place)
        engine.rebuild([written()[0]])
        many = Query("", Or(tuple(Text(f"词{number}") for number in range(2000))))
        with pytest.raises(QueryRefused, match="减少词语"):
            engine.search(many, readers=STAFF)
