"""In this file we name the route to a yes: an approval and its steps.

An approval is of an item or of an issue, named as a plain value (`item:17`, `issue:3`), because
this room comes before issues and need not know them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from publisher.database import Base, Choice
from publisher.people.model import Person
from publisher.people.permission import Role
from publisher.serials.model import RouteSubject
from publisher.states import Stateful
from publisher.words import N_, Worded


class ApprovalState(Worded):
    """How far an approval has come."""

    UNDER_WAY = "under_way", N_("审批中")
    PASSED = "passed", N_("已通过")
    RETURNED = "returned", N_("已退回")
    RECALLED = "recalled", N_("已撤回")


class Decision(Worded):
    """What was decided at one step."""

    PASSED = "passed", N_("同意")
    RETURNED = "returned", N_("退回")


class Approval(Stateful, Base):
    """One way of one subject through the steps of its route, as the route stood at that time."""

    __tablename__ = "approval"
    NEXT: ClassVar[Mapping[Any, frozenset[Any]]] = {
        ApprovalState.UNDER_WAY: frozenset(
            {ApprovalState.PASSED, ApprovalState.RETURNED, ApprovalState.RECALLED}
        ),
        ApprovalState.PASSED: frozenset(),
        ApprovalState.RETURNED: frozenset(),
        ApprovalState.RECALLED: frozenset(),
    }

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    subject: Mapped[str] = mapped_column(String(40), index=True)
    subject_kind: Mapped[RouteSubject] = mapped_column(Choice(RouteSubject))
    title: Mapped[str] = mapped_column(String(300))
    state: Mapped[ApprovalState] = mapped_column(
        Choice(ApprovalState), default=ApprovalState.UNDER_WAY, index=True
    )
    authors: Mapped[list[int]] = mapped_column(JSON)
    """The persons who wrote it; none of them may be the only one who says yes."""
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False)
    asked_by: Mapped[Person] = relationship(lazy="joined")
    asked_at: Mapped[datetime]
    steps: Mapped[list[ApprovalStep]] = relationship(
        default_factory=list,
        cascade="all, delete-orphan",
        order_by="ApprovalStep.position",
        lazy="selectin",
    )

    @property
    def current(self) -> ApprovalStep | None:
        """The step that waits for somebody, none when the way is over."""
        if self.state != ApprovalState.UNDER_WAY:
            return None
        return next((step for step in self.steps if step.decision is None), None)

    def would_be_alone(self, person_id: int) -> bool:
        """Whether a yes of this person would leave the text with its one author's eyes only.

        The last step needs a second pair of eyes: who signs may have written it only if somebody
        else wrote it too or has said yes before.
        """
        step = self.current
        if step is None or step is not self.steps[-1] or person_id not in self.authors:
            return False
        looked = {one.decided_by_id for one in self.steps if one.decided_by_id is not None}
        return not (looked | set(self.authors)) - {person_id}


class ApprovalStep(Base):
    """One step: who has to decide, who did, what and why."""

    __tablename__ = "approval_step"
    __table_args__ = (UniqueConstraint("approval_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    approval_id: Mapped[int] = mapped_column(ForeignKey("approval.id"), init=False, index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(40))
    role: Mapped[Role] = mapped_column(Choice(Role))
    decision: Mapped[Decision | None] = mapped_column(Choice(Decision), default=None)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), init=False)
    decided_by: Mapped[Person | None] = relationship(
        default=None, lazy="joined", foreign_keys="ApprovalStep.decided_by_id"
    )
    acting_for_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), init=False)
    acting_for: Mapped[Person | None] = relationship(
        default=None, lazy="joined", foreign_keys="ApprovalStep.acting_for_id"
    )
    """The absent person a substitute decided for (代)."""
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    opinion: Mapped[str] = mapped_column(Text, default="")
