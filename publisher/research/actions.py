"""In this file researchers keep searches, gather records, say what means the same, make keys."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection as Collection_
from datetime import datetime, timedelta

from flask_babel import gettext as _

from publisher import history
from publisher.errors import InputRefused
from publisher.people.model import Person
from publisher.research.model import ApiToken, Collection, CollectionEntry, SavedSearch, Synonyms

MOST_WATCHED = 5000
"""Records a search may find to be watched; a wider one would tell of everything."""
MOST_GATHERED = 500
MOST_NAMES = 12
MOST_TOKEN_DAYS = 366


def keep_search(
    *, name: str, address: str, alerts: bool, found: Collection_[str], by: Person, at: datetime
) -> SavedSearch:
    """Keep a search under a name; `found` are the ids of what it finds today."""
    if not name.strip():
        raise InputRefused(_("请给这次检索起个名字。"), field="name")
    if not address:
        raise InputRefused(_("请先检索，再保存。"), field="address")
    _refuse_too_wide(alerts=alerts, found=found)
    kept = SavedSearch(
        person=by,
        name=name.strip()[:120],
        address=address,
        alerts=alerts,
        made_at=at,
        looked_at=at,
        known=sorted(found) if alerts else [],
    )
    history.record(kept, "keep_search", by=by, at=at, name=kept.name)
    return kept


def change_alerts(
    kept: SavedSearch, *, alerts: bool, found: Collection_[str], by: Person, at: datetime
) -> None:
    """Begin or end telling the person of what comes in."""
    _refuse_too_wide(alerts=alerts, found=found)
    kept.alerts, kept.looked_at = alerts, at
    kept.known, kept.fresh = (sorted(found) if alerts else []), []
    history.record(kept, "change_search", by=by, at=at, alerts=alerts)


def _refuse_too_wide(*, alerts: bool, found: Collection_[str]) -> None:
    if alerts and len(found) > MOST_WATCHED:
        raise InputRefused(
            _("结果多于%(n)s条，范围过宽，请加词或限定后再订阅。", n=MOST_WATCHED), field="alerts"
        )


def look_again(kept: SavedSearch, found: Collection_[str], *, at: datetime) -> None:
    """Note what came in since the last look; what is no longer found is forgotten."""
    known = set(kept.known)
    fresh = [key for key in sorted(found) if key not in known]
    kept.fresh = [key for key in kept.fresh if key in found] + [
        key for key in fresh if key not in kept.fresh
    ]
    kept.known = sorted(found)[:MOST_WATCHED]
    kept.looked_at = at


def see_fresh(kept: SavedSearch) -> None:
    """The person has seen what came in."""
    kept.fresh = []


def forget_search(kept: SavedSearch, *, by: Person, at: datetime) -> None:
    """Keep a search no longer."""
    history.record(kept, "forget_search", by=by, at=at, name=kept.name)


def begin_collection(name: str, *, about: str = "", by: Person, at: datetime) -> Collection:
    """Begin to gather records on a matter."""
    if not name.strip():
        raise InputRefused(_("请填写专题名称。"), field="name")
    made = Collection(person=by, name=name.strip()[:120], about=about.strip(), made_at=at)
    history.record(made, "begin_collection", by=by, at=at, name=made.name)
    return made


def gather(collection: Collection, key: str, *, by: Person, at: datetime) -> CollectionEntry | None:
    """Put a record into a collection; nothing where it is there already."""
    if any(entry.key == key for entry in collection.entries):
        return None
    if len(collection.entries) >= MOST_GATHERED:
        raise InputRefused(_("一个专题最多收%(n)s条。", n=MOST_GATHERED), field="key")
    entry = CollectionEntry(key=key[:80], added_at=at)
    collection.entries.append(entry)
    history.record(collection, "gather", by=by, at=at, key=key)
    return entry


def note_entry(entry: CollectionEntry, note: str) -> None:
    """Say why a record was gathered."""
    entry.note = note.strip()


def take_out(collection: Collection, entry: CollectionEntry, *, by: Person, at: datetime) -> None:
    """Take a record out of a collection."""
    collection.entries.remove(entry)
    history.record(collection, "take_out", by=by, at=at, key=entry.key)


def give_up_collection(collection: Collection, *, by: Person, at: datetime) -> None:
    """Keep a collection no longer."""
    history.record(collection, "give_up_collection", by=by, at=at, name=collection.name)


def names_typed(typed: str) -> list[str]:
    """The different names in what was typed, one a line or apart by 、 = or |; in their order."""
    parts = re.split(r"[\n、=|；;]+", typed.replace("\r", ""))
    return list(dict.fromkeys(part.strip()[:60] for part in parts if part.strip()))


def set_synonyms(
    former: Synonyms | None, typed: str, taken: Collection_[str], *, by: Person, at: datetime
) -> Synonyms:
    """Say that names mean the same; `taken` are the names that other groups have."""
    names = names_typed(typed)
    if not 2 <= len(names) <= MOST_NAMES:
        raise InputRefused(_("请填写两个以上、%(n)s个以内的名称。", n=MOST_NAMES), field="names")
    if doubles := [name for name in names if name in taken]:
        raise InputRefused(_("“%(name)s”已在另一组中。", name=doubles[0]), field="names")
    group = former or Synonyms(names="", changed_at=at)
    group.names, group.changed_at = "\n".join(names), at
    history.record(group, "change_synonyms", by=by, at=at, names=names)
    return group


def remove_synonyms(group: Synonyms, *, by: Person, at: datetime) -> None:
    """Take a group of names away."""
    history.record(group, "change_synonyms", by=by, at=at, names=[])


def make_token(name: str, *, days: int, by: Person, at: datetime) -> tuple[ApiToken, str]:
    """A key for a program, and its text, which is shown once and never kept."""
    if not name.strip():
        raise InputRefused(_("请填写用途。"), field="name")
    key = f"jb-{secrets.token_urlsafe(32)}"
    made = ApiToken(
        person=by,
        name=name.strip()[:120],
        digest=digest_of(key),
        made_at=at,
        ends_on=at.date() + timedelta(days=min(max(days, 1), MOST_TOKEN_DAYS)),
    )
    history.record(made, "make_token", by=by, at=at, name=made.name, ends_on=made.ends_on)
    return made, key


def digest_of(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def end_token(token: ApiToken, *, by: Person, at: datetime) -> None:
    """Take a key no longer."""
    history.record(token, "end_token", by=by, at=at, name=token.name)
