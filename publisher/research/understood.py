"""In this file a query is said back as it was understood: what must be there, what not, when."""

from __future__ import annotations

from flask_babel import gettext as _

import search
from publisher.language import day
from publisher.research.searching import FACETS, facet_word, kind_word
from publisher.words import N_
from search.dates import FIRST_DAY, LAST_DAY, as_day
from search.query import And, Everything, Gapped, Name, Node, Not, Nothing, Number, Or, Range, Text

NUMBERS = {"number": N_("期号"), "total": N_("总期号"), "year": N_("年份")}
OTHERS = {"id": N_("编号"), "thread": N_("专题")}
NO_BOUND = 2**31 - 1
"""What a range without an end goes up to."""
LONGEST = 300
"""Characters of what is said; a longer query is its own best explanation."""


def understood(query: search.Query) -> str:
    """What a query asks for, in a sentence; empty where it is only words that must all be there."""
    if query.is_plain or isinstance(query.root, (Everything, Nothing)):
        return ""
    said = _said(query.root)
    return said if len(said) <= LONGEST else ""


def _said(node: Node, *, within: bool = False) -> str:
    match node:
        case And(nodes):
            return str(_("，并且")).join(_said(one, within=True) for one in nodes)
        case Or(nodes):
            said = str(_(" 或 ")).join(_said(one, within=True) for one in nodes)
            return f"（{said}）" if within else said
        case Not(inner):
            return _without(inner)
        case _:
            return _leaf(node)


def _without(node: Node) -> str:
    match node:
        case Name("instructed"):
            said = _("没有批示")
        case Name("adopted", ""):
            said = _("没有被上级采用")
        case Text(in_title=False, is_prefix=False):
            said = _("没有%(what)s", what=_leaf(node))
        case _:
            said = _("除去%(what)s的", what=_said(node, within=True))
    return str(said)


def _leaf(node: Node) -> str:
    said = ""
    match node:
        case Text(text, True):
            said = _("标题里有“%(text)s”", text=text)
        case Text(text, False, True):
            said = _("以“%(text)s”开头的词", text=text)
        case Text(text) | Gapped(text=text):
            said = f"“{text}”"
        case Number(text):
            said = _("“%(number)s”这一号，以及提到它的", number=text)
        case Name(field, value):
            said = _name(field, value)
        case Range(field, low, high):
            said = _range(field, low, high)
    return str(said)


def _name(field: str, value: str) -> str:
    label = str(_(FACETS.get(field) or OTHERS.get(field, field)))
    if field == "instructed":
        said = _("有批示")
    elif field == "adopted" and not value:
        said = _("被上级采用过")
    elif field == "kind":
        said = _("%(field)s为%(value)s", field=label, value=kind_word(value))
    else:
        said = _("%(field)s含“%(value)s”", field=label, value=facet_word(field, value))
    return str(said)


def _range(field: str, low: int, high: int) -> str:
    if field == "date":
        label = str(_("日期"))
        first = day(as_day(low)) if low > FIRST_DAY else ""
        last = day(search.last_day(high)) if high < LAST_DAY else ""
    else:
        label = str(_(NUMBERS[field]))
        first, last = str(low) if low else "", str(high) if high < NO_BOUND else ""
    if first == last:
        said = _("%(field)s为%(value)s", field=label, value=first)
    elif not last:
        said = _("%(field)s从%(low)s起", field=label, low=first)
    elif not first:
        said = _("%(field)s到%(high)s止", field=label, high=last)
    else:
        said = _("%(field)s从%(low)s到%(high)s", field=label, low=first, high=last)
    return str(said)
