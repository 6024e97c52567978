"""In this file points are reckoned: what an event is worth, and who shares it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from publisher.scores.model import Earned, LedgerEntry, MergeRule, Rule


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
