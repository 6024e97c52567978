"""In this file instructions stand beside the issue they speak of, each on its passage."""

from __future__ import annotations

from publisher.instructions import queries
from publisher.instructions.model import Instruction
from publisher.issues.model import Issue
from publisher.library import queries as library
from publisher.library import reading
from publisher.library.anchors import Block, Passage, Place, Standing, settled, through
from publisher.people.model import Person
from publisher.settings import settings


@reading.stands_beside
def on_issue(issue: Issue, person: Person) -> list[dict[str, object]]:
    """The instructions on an edition and on those it puts right, in protocol order."""
    editions = [issue, *library.editions_before(issue)]
    found = queries.on_issues([one.id for one in editions], person)
    if not found:
        return []
    published = library.publications_of([one.id for one in editions])
    blocks = {one.issue_id: reading.blocks(one, settings()) for one in published}
    return [_entry(one, _place(one, editions, blocks)) for one in found]


def _place(
    one: Instruction, editions: list[Issue], blocks: dict[int, tuple[Block, ...]]
) -> Place | None:
    """Where the passage of an instruction stands now; none where it stands on the whole."""
    if not one.quote or one.issue_id is None:
        return None
    numbers = [edition.id for edition in editions]
    since = numbers[: numbers.index(one.issue_id) + 1][::-1]
    # What was written down before places were kept is found by its words, where they stand once.
    passage = settled(passage_of(one), blocks.get(one.issue_id, ())) or passage_of(one)
    return through(passage, [blocks.get(number, ()) for number in since])


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
        "standing": place.standing if place and place.standing != Standing.SAME else None,
        "was": one.quote if place and place.standing == Standing.CHANGED else "",
    }
