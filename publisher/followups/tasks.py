"""In this file the worker reminds units of limits, by page and mail, and makes long papers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, timedelta

from publisher import clock, history, mail
from publisher.database import db
from publisher.errors import PublisherError
from publisher.followups import queries, registers, reminders
from publisher.followups.model import Case, Reminder
from publisher.jobs import every_minute, job
from publisher.language import day
from publisher.people import queries as people
from publisher.people.model import Person
from publisher.publication import staging
from publisher.settings import settings

logger = logging.getLogger(__name__)

FROM_HOUR = 8
"""Nobody is reminded in the night."""
LOOKS_AHEAD = timedelta(days=2 * reminders.FARTHEST)
"""The farthest rung in working days lies within so many days."""
MAIL_TRIES = 5
MAIL_FOR = timedelta(days=1)
"""A message that could not be sent for so long is given up: the page says it anyway."""

_climbed: date | None = None
"""The day whose ladder this worker has climbed."""


@job
def remind() -> None:
    """Remind the units of every case whose limit has come to a rung of the ladder."""
    at = clock.now()
    rungs = reminders.ladder(settings().reminder_days)
    reminders.remind(
        queries.to_remind(at.date() + LOOKS_AHEAD),
        rungs,
        queries.working_calendar(),
        by=history.System(),
        at=at,
    )
    db.session.commit()


@every_minute
def remind_once_a_day() -> None:
    """Climb the ladder once, in the morning."""
    global _climbed  # noqa: PLW0603 - one worker, one morning
    now = clock.now()
    if now.hour >= FROM_HOUR and _climbed != now.date():
        remind()
        _climbed = now.date()


@every_minute
def send_messages() -> None:
    """Send what was reminded of by mail too, where the office has a mail server."""
    if not mail.is_configured(settings()):
        return
    for reminder, case in queries.reminders_to_mail(MAIL_TRIES, clock.now() - MAIL_FOR):
        _send(reminder, case)
        db.session.commit()


def _send(reminder: Reminder, case: Case) -> None:
    to = people.addresses_of_handlers([task.unit_id for task in case.tasks])
    to += [case.officer.email] if case.officer.email and case.officer.active else []
    reminder.mail_tries += 1
    if not to:
        reminder.mail_tries = MAIL_TRIES
        return
    try:
        mail.send(settings(), to, *message(reminder, case))
    except mail.MailFailed as error:
        logger.warning("Reminder %s of case %s: %s", reminder.id, case.id, error)
    else:
        reminder.mailed_at = clock.now()


def message(reminder: Reminder, case: Case) -> tuple[str, str]:
    """Subject and text: number and limit alone, since mail is read by more people than the page."""
    when = (
        f"已超期{reminder.rung}个工作日"
        if reminder.rung > 0
        else "今天到期"
        if reminder.rung == 0
        else f"还有{-reminder.rung}个工作日到期"
    )
    limit = day(reminder.due_on)
    text = (
        f"贵单位承办的{case.number_text}事项办理时限为{limit}，{when}。\n"
        "请登录系统查看事项内容，按时报送办理情况。\n\n"
        f"{settings().office_name}"
    )
    return f"督办提醒：{case.number_text}{when}", text


@job
def make_register(person_id: int, key: str, form: str, wanted: list[str | int]) -> None:
    """Make a register for a person as far as he may know of it now."""
    entries = registers.Wanted.of_values(wanted)
    _make(person_id, key, form, lambda person: registers.register(person, entries, form))


@job
def make_month(person_id: int, key: str, form: str, year: int, number: int) -> None:
    """Make the summary of a month for a person as far as he may know of its cases now."""
    _make(person_id, key, form, lambda person: registers.month_summary(person, year, number, form))


def _make(person_id: int, key: str, form: str, made: Callable[[Person], bytes]) -> None:
    path = registers.path_of(person_id, key, form, settings())
    if path.is_file():
        return
    try:
        content = made(people.person(person_id))
    except PublisherError as error:
        staging.write_durably(path.with_suffix(".error"), error.sentence.encode())
        return
    staging.write_durably(path, content)


@every_minute
def clear_registers() -> None:
    """Remove registers that nobody will fetch any more."""
    registers.clear_old(settings())
