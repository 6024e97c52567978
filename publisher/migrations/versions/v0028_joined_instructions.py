"""an instruction may be handled in the case of another

Revision ID: 0028
Revises: 0027
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("instruction") as table:
        table.add_column(sa.Column("joined_to_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            "fk_instruction_joined_to_id", "instruction", ["joined_to_id"], ["id"]
        )
        table.create_index("ix_instruction_joined_to_id", ["joined_to_id"])
    joined = sa.table(
        "instruction", sa.column("id", sa.Integer()), sa.column("joined_to_id", sa.Integer())
    )
    for number, first in _taken_over_together():
        op.execute(sa.update(joined).where(joined.c.id == number).values(joined_to_id=first))


def _taken_over_together() -> Iterator[tuple[int, int]]:
    """Entries of old registers told to be of one matter, each with the nearest that opened it.

    It stands before them in the same sheet, on the same paper, and was given to the same unit.
    """
    entry = sa.table(
        "old_entry", *(sa.column(name) for name in ("register_id", "sheet", "row", "place")),
        sa.column("doubts", sa.JSON()), sa.column("instruction_id", sa.Integer()),
    )  # fmt: skip
    said = sa.table(
        "instruction",
        *(sa.column(name) for name in ("id", "state", "issue_id", "paper_id", "item_id")),
    )
    whom = sa.table(
        "instruction_addressee",
        *(sa.column(name) for name in ("instruction_id", "unit_id", "position", "id")),
    )
    units: dict[int, Any] = {}
    asked = sa.select(whom.c.instruction_id, whom.c.unit_id).order_by(whom.c.position, whom.c.id)
    for number, unit in op.get_bind().execute(asked):
        units.setdefault(number, unit)
    statement = (
        sa.select(
            said.c.id, said.c.state, entry.c.doubts, entry.c.register_id, entry.c.sheet,
            said.c.issue_id, said.c.paper_id, said.c.item_id,
        )
        .join(said, said.c.id == entry.c.instruction_id)
        .order_by(entry.c.register_id, entry.c.sheet, entry.c.row, entry.c.place)
    )  # fmt: skip
    opened: dict[Any, int] = {}
    for number, state, doubts, *on in op.get_bind().execute(statement):
        key = (*on, units.get(number))
        if state == "opened":
            opened[key] = number
        elif "one_matter" in doubts and key in opened:
            yield number, opened[key]


def downgrade() -> None:
    with op.batch_alter_table("instruction") as table:
        table.drop_index("ix_instruction_joined_to_id")
        table.drop_constraint("fk_instruction_joined_to_id", type_="foreignkey")
        table.drop_column("joined_to_id")
