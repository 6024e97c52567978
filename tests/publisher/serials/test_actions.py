"""In this file an office founds its serials and changes them; every word of them is its own."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Any

import pytest

from publisher.database import db
from publisher.errors import InputRefused
from publisher.history import entries_of
from publisher.people.model import Person
from publisher.people.permission import Role
from publisher.serials import actions
from publisher.serials.forms import read_route, written_route
from publisher.serials.model import RouteSubject, Section, Serial, SerialKind, Series
from tests import factories

pytestmark = pytest.mark.usefixtures("records")

PROFILE = actions.Profile(
    name="政务信息",
    kind=SerialKind.REGULAR,
    issuing_office="云汀市人民政府办公室编",
    sections=["工作动态", "经验做法", "工作动态"],
    item_route=[("核稿", Role.CHECKER)],
    issue_route=[("核稿", Role.CHECKER), ("签发", Role.DIRECTOR)],
    readers=["staff", "role:leader", "staff"],
)


@pytest.fixture
def administrator() -> Person:
    return factories.person(Role.ADMINISTRATOR, name="管理员")


def profile(**other: Any) -> actions.Profile:
    return dataclasses.replace(PROFILE, **other)


def founded(administrator: Person, at: datetime, **other: Any) -> Serial:
    return factories.keep(
        actions.found("zwxx", profile(**other), last_number=11, last_total=1486,
                      by=administrator, at=at)
    )  # fmt: skip


def sections(serial: Serial) -> list[tuple[str, int]]:
    return [(one.name, one.position) for one in serial.sections]


def route(serial: Serial, subject: RouteSubject) -> list[tuple[int, str, Role]]:
    return [(one.position, one.name, one.role) for one in serial.route(subject)]


class TestFound:
    def test_it_has_what_it_was_told_and_its_numbers_go_on(
        self, administrator: Person, at: datetime
    ) -> None:
        serial = founded(administrator, at)
        assert sections(serial) == [("工作动态", 1), ("经验做法", 2)]
        assert route(serial, RouteSubject.ISSUE) == [
            (1, "核稿", Role.CHECKER),
            (2, "签发", Role.DIRECTOR),
        ]
        assert sorted(one.token for one in serial.readers) == ["role:leader", "staff"]
        (counter,), (total,) = serial.counters, serial.totals
        assert (counter.series, counter.year, counter.last_number) == (Series.MAIN, 2026, 11)
        assert (total.series, total.last_total) == (Series.MAIN, 1486)
        (told,) = entries_of(db.session, f"serial:{serial.id}")
        assert (told.act, told.actor, told.detail) == (
            "found_serial", "管理员", {"name": "政务信息"},
        )  # fmt: skip

    def test_numbers_that_never_restart_are_counted_under_no_year(
        self, administrator: Person, at: datetime
    ) -> None:
        serial = founded(administrator, at, restarts_yearly=False)
        assert [one.year for one in serial.counters] == [0]

    @pytest.mark.parametrize(
        "pattern",
        [
            "第{number}期（总第{total}期）",
            "〔{year}〕第{number:03}期",
            "{{内}}第{number:2d}期",
            "专报",
        ],
    )
    def test_a_pattern_of_numbers_holds_its_places_and_any_words(
        self, administrator: Person, at: datetime, pattern: str
    ) -> None:
        serial = founded(administrator, at, number_pattern=pattern)
        assert serial.number_pattern.format(number=12, total=1487, year=2026)

    @pytest.mark.parametrize(
        "pattern",
        [
            "第{number期", "第}期", "第{}期", "第{0}期", "第{month}期", "{number.real}",
            "{number.__class__}", "{number!r}", "{number:9999999}", "{number:{year}}",
            "{number:.3f}",
        ],
    )  # fmt: skip
    def test_any_other_place_in_a_pattern_is_refused(
        self, administrator: Person, at: datetime, pattern: str
    ) -> None:
        with pytest.raises(InputRefused, match="期号样式只能含") as refused:
            founded(administrator, at, number_pattern=pattern)
        assert refused.value.field == "number_pattern"

    @pytest.mark.parametrize(
        ("wanting", "sentence"),
        [
            ({"item_route": []}, "请至少设置一个稿件审批步骤。"),
            ({"issue_route": []}, "请至少设置一个签发步骤。"),
            ({"readers": []}, "请至少选择一类读者。"),
            ({"sections": ["栏" * 61]}, "最多60字"),
        ],
    )
    def test_a_serial_wants_routes_readers_and_sections_that_fit(
        self, administrator: Person, at: datetime, wanting: dict[str, Any], sentence: str
    ) -> None:
        with pytest.raises(InputRefused, match=sentence) as refused:
            founded(administrator, at, **wanting)
        assert refused.value.field == next(iter(wanting))


class TestChange:
    def test_sections_and_steps_that_stay_keep_their_rows(
        self, administrator: Person, at: datetime
    ) -> None:
        serial = founded(administrator, at)
        kept = {one.name: one.id for one in serial.sections}
        changed = profile(
            name="政务要情",
            sections=["县区动态", "经验做法", "工作动态"],
            issue_route=[("初核", Role.EDITOR), ("签发", Role.DIRECTOR), ("付印", Role.ARCHIVIST)],
            readers=["role:leader"],
        )
        actions.change(serial, changed, by=administrator, at=at)
        db.session.commit()
        db.session.expire_all()
        assert sections(serial) == [("县区动态", 1), ("经验做法", 2), ("工作动态", 3)]
        assert {one.name: one.id for one in serial.sections if one.name in kept} == kept
        assert [name for _place, name, _role in route(serial, RouteSubject.ISSUE)] == [
            "初核", "签发", "付印",
        ]  # fmt: skip
        assert route(serial, RouteSubject.ITEM) == [(1, "核稿", Role.CHECKER)]
        assert [one.token for one in serial.readers] == ["role:leader"]
        told = entries_of(db.session, f"serial:{serial.id}")[-1]
        assert (told.act, told.detail) == (
            "change_serial", {"was": "政务信息", "name": "政务要情"},
        )  # fmt: skip

    def test_sections_taken_away_are_gone(self, administrator: Person, at: datetime) -> None:
        serial = founded(administrator, at)
        actions.change(serial, profile(sections=["经验做法"]), by=administrator, at=at)
        db.session.commit()
        assert [one.name for one in db.session.query(Section)] == ["经验做法"]

    def test_numbers_already_given_stay(self, administrator: Person, at: datetime) -> None:
        serial = founded(administrator, at)
        actions.change(serial, profile(restarts_yearly=False), by=administrator, at=at)
        db.session.commit()
        assert [one.last_total for one in serial.totals] == [1486]

    def test_what_cannot_be_changes_nothing(self, administrator: Person, at: datetime) -> None:
        serial = founded(administrator, at)
        with pytest.raises(InputRefused):
            actions.change(serial, profile(name="改名", readers=[]), by=administrator, at=at)
        assert serial.name == "政务信息"


class TestRouteAsTyped:
    def test_it_is_read_line_by_line_and_written_back_the_same(self) -> None:
        typed = "  核稿：核稿人\n\n签发: 签发人  \r\n"
        steps = read_route(typed, "issue_route")
        assert steps == [("核稿", Role.CHECKER), ("签发", Role.DIRECTOR)]
        assert written_route(steps) == "核稿：核稿人\n签发：签发人"

    @pytest.mark.parametrize(
        "line", ["核稿", "核稿：皇帝", "：核稿人", "核稿：", "核稿;核稿人", "<b>：<i>", "%s：%(n)s"]
    )
    def test_a_line_that_is_no_step_is_named(self, line: str) -> None:
        with pytest.raises(InputRefused) as refused:
            read_route(f"签发：签发人\n{line}", "item_route")
        assert refused.value.field == "item_route"
        assert f"第2行“{line}”" in refused.value.sentence

    def test_a_step_with_too_long_a_name_is_refused_not_cut(self) -> None:
        assert read_route(f"{'步' * 40}：核稿人", "item_route") == [("步" * 40, Role.CHECKER)]
        with pytest.raises(InputRefused, match="最多40字"):
            read_route(f"{'步' * 41}：核稿人", "item_route")
