"""In this file instructions stand beside the issue they speak of, each on its passage."""

from __future__ import annotations

from publisher.instructions import queries
from publisher.instructions.model import Instruction
from publisher.issues.model import Issue
from publisher.library import queries as library
from publisher.library import reading
from publisher.library.anchors import Passage, Place, Standing, through
from publisher.people.model import Person
from publisher.settings import settings


@reading.stands_beside
def on_issue(issue: Issue, person: Person) -> list[dict[str, object]]:
    """The instructions on an edition and on those it puts right, in protocol order."""
    editions = [issue, *library.editions_before(issue)]
    found = queries.on_issues([one.id for one in editions], person)
    if not found:
        return []
    published = library.publications_of([one.id for one in editions]) if editions[1:] else []
    blocks = {one.issue_id: reading.blocks(one, settings()) for one in published}
    shown = []
    for one in found:
        numbers = [edition.id for edition in editions]
        since = numbers[: numbers.index(one.issue_id) + 1][::-1]
        place = (
            through(passage_of(one), [blocks.get(number, ()) for number in since])
            if len(since) > 1 and one.quote
            else None
        )
        shown.append(_entry(one, place))
    return shown


def passage_of(one: Instruction) -> Passage:
    """The passage an instruction stands on, in its own edition."""
    return Passage(
        block=one.block, start=one.start, quote=one.quote, prefix=one.prefix, suffix=one.suffix
    )


def _entry(one: Instruction, place: Place | None) -> dict[str, object]:
    passage = place.passage if place else passage_of(one)
    return {
        "id": f"i{one.id}",
        "block": passage.block,
        "start": passage.start,
        "quote": passage.quote,
        "prefix": passage.prefix,
        "suffix": passage.suffix,
        "body": one.words,
        "who": f"{one.leader_post}{one.leader_name}",
        "moment": one.written_on,
        "state": one.state,
        "tone": "instruction",
        "number": one.id,
        "standing": place.standing if place else None,
        "was": one.quote if place and place.standing == Standing.CHANGED else "",
    }
