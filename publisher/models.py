"""In this file every room's nouns are gathered, so that the schema is whole when it is compared."""

from __future__ import annotations

from publisher import history, registers
from publisher.approvals import model as approvals
from publisher.attachments import model as attachments
from publisher.calls import model as calls
from publisher.editing import model as editing
from publisher.exchange import model as exchange
from publisher.filing import model as filing
from publisher.followups import model as followups
from publisher.instructions import model as instructions
from publisher.issues import model as issues
from publisher.library import model as library
from publisher.oldregister import model as oldregister
from publisher.people import model as people
from publisher.publication import model as publication
from publisher.research import model as research
from publisher.retrospect import model as retrospect
from publisher.scores import model as scores
from publisher.serials import model as serials
from publisher.submissions import model as submissions
from publisher.typesetting import model as typesetting

ROOMS = (
    people,
    attachments,
    serials,
    calls,
    submissions,
    editing,
    approvals,
    issues,
    publication,
    retrospect,
    typesetting,
    library,
    research,
    instructions,
    followups,
    oldregister,
    scores,
    filing,
    exchange,
    history,
    registers,
)
