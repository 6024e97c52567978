"""In this file the ladder of reminders is climbed, moves with the limit, and goes out by mail."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from publisher import clock, mail
from publisher.config import read_settings
from publisher.database import db
from publisher.errors import SettingsWrong
from publisher.followups import actions, queries, reminders, tasks
from publisher.followups.calendar import WorkingCalendar
from publisher.followups.model import Case, Reminder
from publisher.history import entries_of
from publisher.people.permission import Role
from tests import factories

AT = factories.AT
RUNGS = (-3, -1, 0, 1, 3, 7)
FRIDAY = date(2026, 12, 4)


class TestRungs:
    @pytest.mark.parametrize(
        ("today", "rung"),
        [
            (date(2026, 11, 30), None),
            (date(2026, 12, 1), -3),
            (date(2026, 12, 2), -3),
            (date(2026, 12, 3), -1),
            (FRIDAY, 0),
            (date(2026, 12, 7), 1),
            (date(2026, 12, 8), 1),
            (date(2026, 12, 9), 3),
            (date(2026, 12, 15), 7),
            (date(2027, 2, 1), 7),
        ],
    )
    def test_working_days_are_counted_from_the_limit(self, today: date, rung: int | None) -> None:
        assert reminders.rung_reached(FRIDAY, today, RUNGS, WorkingCalendar()) == rung

    def test_a_holiday_before_the_limit_moves_the_rungs_forward(self) -> None:
        calendar = WorkingCalendar(special={date(2026, 12, 2): False})
        assert reminders.rung_reached(FRIDAY, date(2026, 11, 30), RUNGS, calendar) == -3

    def test_the_setting_is_read_and_nonsense_is_refused(self, tmp_path: object) -> None:
        assert reminders.ladder("7, -1，0") == (-1, 0, 7)
        assert reminders.ladder("") == ()
        for wrong in ("三天", "1;2", "-100", "1,,2"):
            with pytest.raises(SettingsWrong, match="reminder_days"):
                read_settings(tmp_path, {"JIANBAO_REMINDER_DAYS": wrong})  # type: ignore[arg-type]


@pytest.mark.usefixtures("records")
class TestRemind:
    @pytest.fixture(autouse=True)
    def _afresh(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tasks, "_climbed", None)

    def remind_on(self, day: date, hour: int = 9) -> None:
        with clock.standing_at(datetime(day.year, day.month, day.day, hour, tzinfo=AT.tzinfo)):
            tasks.remind_once_a_day()
        tasks._climbed = None

    def rungs(self, case: Case) -> list[tuple[date, int]]:
        db.session.refresh(case)
        return [(one.due_on, one.rung) for one in case.reminders]

    def test_each_rung_is_told_once_and_kept(self) -> None:
        case = factories.case(limit_days=10)
        assert case.due_on == FRIDAY
        day = AT.date()
        while day < date(2026, 12, 20):
            self.remind_on(day)
            self.remind_on(day)
            day += timedelta(days=1)
        assert self.rungs(case) == [(FRIDAY, rung) for rung in RUNGS]
        told = [e for e in entries_of(db.session, f"followup_case:{case.id}") if e.act == "remind"]
        assert [entry.detail["rung"] for entry in told] == list(RUNGS)

    def test_the_ladder_moves_with_the_limit(self) -> None:
        handler = factories.person(Role.HANDLER)
        case = factories.case(lead=handler.unit, limit_days=10)
        actions.acknowledge(case, handler="郑办", phone="", by=handler, at=AT)
        self.remind_on(date(2026, 12, 1))
        later = date(2026, 12, 18)
        asked = actions.ask_extension(
            case, reason="汛期", progress="", new_due_on=later, by=handler, at=AT
        )
        officer = factories.person(Role.OFFICER)
        actions.answer_extension(asked, case, granted=True, answer="", by=officer, at=AT)
        db.session.commit()
        for day in (date(2026, 12, 4), date(2026, 12, 14), date(2026, 12, 15)):
            self.remind_on(day)
        assert self.rungs(case) == [(FRIDAY, -3), (later, -3)]

    def test_rungs_missed_while_nobody_worked_are_not_made_up_for(self) -> None:
        case = factories.case(limit_days=10)
        self.remind_on(date(2026, 12, 10))
        assert self.rungs(case) == [(FRIDAY, 3)]

    def test_nobody_is_reminded_at_night_on_days_off_or_on_the_day_of_assignment(self) -> None:
        case = factories.case(limit_days=3)
        self.remind_on(AT.date())
        self.remind_on(date(2026, 11, 22))
        self.remind_on(date(2026, 11, 23), hour=7)
        assert self.rungs(case) == []
        self.remind_on(date(2026, 11, 23))
        assert self.rungs(case) == [(case.due_on, -3)]

    def test_who_has_reported_is_left_alone(self) -> None:
        handler = factories.person(Role.HANDLER)
        case = factories.case(lead=handler.unit, limit_days=10)
        actions.acknowledge(case, handler="郑办", phone="", by=handler, at=AT)
        written = actions.Written(process="办结。", signer="郑局")
        actions.report(case, written, stage=actions.ReportStage.FINAL, by=handler, at=AT)
        db.session.commit()
        self.remind_on(FRIDAY)
        assert self.rungs(case) == []


class Server(socketserver.ThreadingTCPServer):
    """A mail server on this machine that keeps what it is handed."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], str]] = []
        super().__init__(("127.0.0.1", 0), Conversation)


class Conversation(socketserver.StreamRequestHandler):
    """One talk with the server, as far as a message needs it."""

    server: Server

    def handle(self) -> None:
        self.say("220 ready")
        to: list[str] = []
        while line := self.rfile.readline().decode().strip():
            verb = line.split(":")[0].upper()
            if verb.startswith("DATA"):
                self.say("354 go on")
                lines = []
                while (text := self.rfile.readline().decode()) != ".\r\n":
                    lines.append(text)
                self.server.taken.append((to, "".join(lines)))
                self.say("250 taken")
            elif verb.startswith("QUIT"):
                self.say("221 bye")
                return
            else:
                to += [line.split(":", 1)[1].strip("<> ")] if verb == "RCPT TO" else []
                self.say("250 fine")

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.shutdown()


@pytest.mark.usefixtures("records")
class TestMail:
    def reminded(self) -> Case:
        handler = factories.person(Role.HANDLER)
        handler.email = "zheng@yunting.invalid"
        officer = factories.person(Role.OFFICER)
        officer.email = "sun@yunting.invalid"
        case = factories.case(lead=handler.unit, officer=officer, limit_days=10)
        made = Reminder(due_on=case.due_on, rung=-3, at=AT)
        case.reminders.append(made)
        db.session.commit()
        return case

    def configure(self, app: Flask, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
        given = read_settings(
            app.extensions["settings"].instance,
            {},
            mail_server=address,
            mail_from="office@yunting.invalid",
            mail_tls=False,
        )
        monkeypatch.setitem(app.extensions, "settings", given)

    def test_a_reminder_goes_to_the_units_handlers_and_the_officer(
        self, app: Flask, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        case = self.reminded()
        self.configure(app, monkeypatch, f"127.0.0.1:{server.server_address[1]}")
        with clock.standing_at(AT):
            tasks.send_messages()
            tasks.send_messages()
        ((to, text),) = server.taken
        assert to == ["zheng@yunting.invalid", "sun@yunting.invalid"]
        assert "zheng@" not in text
        db.session.refresh(case.reminders[0])
        assert case.reminders[0].mailed_at == AT

    def test_the_message_names_number_and_limit_and_no_word_of_the_matter(self) -> None:
        case = self.reminded()
        subject, text = tasks.message(case.reminders[0], case)
        assert subject == f"督办提醒：{case.number_text}还有3个工作日到期"
        assert "2026年12月4日" in text
        assert case.matter not in text
        assert case.instruction.text not in text

    def test_a_server_that_is_not_there_is_tried_again_and_then_given_up(
        self, app: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        case = self.reminded()
        self.configure(app, monkeypatch, "127.0.0.1:9")
        with clock.standing_at(AT):
            for _time in range(tasks.MAIL_TRIES + 2):
                tasks.send_messages()
        assert (case.reminders[0].mailed_at, case.reminders[0].mail_tries) == (
            None,
            tasks.MAIL_TRIES,
        )
        assert queries.reminders_to_mail(tasks.MAIL_TRIES, AT) == []

    def test_an_office_without_a_mail_server_sends_nothing(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.reminded()
        monkeypatch.setattr(mail, "send", lambda *_given: pytest.fail("a message was sent"))
        tasks.send_messages()
