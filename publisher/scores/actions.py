"""In this file points are reckoned: what an event is worth, from which day, and who shares it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from flask_babel import gettext as _

from publisher import history
from publisher.errors import InputRefused
from publisher.instructions.model import ADOPTION_LEVELS
from publisher.people.model import Level
from publisher.scores.model import BY_LEVEL, Earned, Event, LedgerEntry, MergeRule, Rule


def set_rule(
    *,
    event: Event,
    subject: str,
    points: float,
    effective_from: date,
    rules: Iterable[Rule],
    by: history.Actor,
    at: datetime,
    merge: MergeRule = MergeRule.SHARE_EQUAL,
) -> Rule:
    """Say what an event is worth from a day on, beside the `rules` there are.

    Raises `InputRefused` for a second rule of one day, and for one that nothing could ever earn.
    """
    by_level = event in BY_LEVEL
    if (subject in set(Level)) != by_level or (
        event == Event.ADOPTED_UP and subject not in set(ADOPTION_LEVELS)
    ):
        raise InputRefused(
            _("采用按刊物计分，上级采用按采用级别计分，领导批示按领导级别计分。"), field="subject"
        )
    if any(
        (one.event, one.subject, one.effective_from) == (event, subject, effective_from)
        for one in rules
    ):
        raise InputRefused(_("这一天已有同样事项的规则，请另选生效日期。"), field="effective_from")
    rule = Rule(
        event=event, subject=subject, points=points, merge=merge, effective_from=effective_from
    )
    history.record(rule, "set_rule", by=by, at=at, points=points)
    return rule


def rule_for(rules: Iterable[Rule], earned: Earned) -> Rule | None:
    """The rule in force on the event's day, the latest that had come into effect."""
    fitting = [
        rule
        for rule in rules
        if rule.event == earned.event
        and rule.subject == earned.subject
        and rule.effective_from <= earned.on
    ]
    return max(fitting, key=lambda rule: rule.effective_from, default=None)


def enter(earned: Earned, rules: Iterable[Rule], *, at: datetime) -> list[LedgerEntry]:
    """The ledger's rows for one event: none without a rule, else one for each unit.

    Units of a merged item share its points or get them in full, as the rule says (domain.md 5.2).
    """
    rule = rule_for(rules, earned)
    units = list(dict.fromkeys(earned.units))
    if rule is None or not units:
        return []
    share = rule.points / len(units) if rule.merge == MergeRule.SHARE_EQUAL else rule.points
    return [
        LedgerEntry(
            unit=unit,
            event=earned.event,
            cause=earned.cause,
            item_id=earned.item_id,
            points=round(share, 2),
            rule_id=rule.id,
            on=earned.on,
            entered_at=at,
            note=earned.note[:200],
        )
        for unit in units
    ]
