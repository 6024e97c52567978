"""calls have numbers: 约稿〔2026〕3号, 要点〔2026〕1号

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa
from alembic import op

from publisher import clock
from publisher.database import Moment

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

SERIES = {"priority": "要点", "solicitation": "约稿"}
CALLS = sa.table(
    "call",
    sa.column("id", sa.Integer),
    sa.column("kind", sa.String),
    sa.column("made_at", Moment),
    sa.column("year", sa.Integer),
    sa.column("number", sa.Integer),
)
COUNTERS = sa.table(
    "register_counter",
    sa.column("register", sa.String),
    sa.column("year", sa.Integer),
    sa.column("last_number", sa.Integer),
)


def upgrade() -> None:
    with op.batch_alter_table("call") as table:
        table.add_column(sa.Column("year", sa.Integer(), nullable=True))
        table.add_column(sa.Column("number", sa.Integer(), nullable=True))
    _number_what_was_sent_out()
    with op.batch_alter_table("call") as table:
        table.alter_column("year", nullable=False)
        table.alter_column("number", nullable=False)
        table.create_unique_constraint("uq_call_kind_year_number", ["kind", "year", "number"])


def downgrade() -> None:
    with op.batch_alter_table("call") as table:
        table.drop_constraint("uq_call_kind_year_number", type_="unique")
        table.drop_column("number")
        table.drop_column("year")
    op.execute(COUNTERS.delete().where(COUNTERS.c.register.in_(SERIES.values())))


def _number_what_was_sent_out() -> None:
    """Give the calls of each kind and year their numbers in the order they went out."""
    connection = op.get_bind()
    last: Counter[tuple[str, int]] = Counter()
    rows = connection.execute(
        sa.select(CALLS.c.id, CALLS.c.kind, CALLS.c.made_at).order_by(CALLS.c.made_at, CALLS.c.id)
    )
    for key, kind, made_at in rows.all():
        year = made_at.astimezone(clock.OFFICE_ZONE).year
        last[kind, year] += 1
        connection.execute(
            CALLS.update().where(CALLS.c.id == key).values(year=year, number=last[kind, year])
        )
    for (kind, year), number in last.items():
        connection.execute(
            COUNTERS.insert().values(register=SERIES[kind], year=year, last_number=number)
        )
