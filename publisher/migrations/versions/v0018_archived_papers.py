"""what is written on an issue goes into the archive beside it

Revision ID: 0018
Revises: 0017
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from publisher.database import Moment

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    due = op.create_table(
        "paper_due",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("told_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_paper_due"),
    )
    op.create_index("ix_paper_due_told_at", "paper_due", ["told_at"])
    op.create_table(
        "archived_papers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("object_id", sa.String(120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("beside", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(128), nullable=False),
        sa.Column("kept_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_archived_papers"),
        sa.UniqueConstraint("object_id", name="uq_archived_papers_object_id"),
    )
    with op.batch_alter_table("package") as batch:
        batch.add_column(
            sa.Column("with_papers", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("package") as batch:
        batch.alter_column("with_papers", server_default=None)
    # What was registered before goes into the archive as well.
    registered = sa.table(
        "instruction", sa.column("id", sa.Integer()), sa.column("number", sa.Integer())
    )
    now = datetime.now(UTC)
    numbers = op.get_bind().scalars(
        sa.select(registered.c.id).where(registered.c.number.is_not(None)).order_by("id")
    )
    rows = [{"key": f"instruction:{number}", "told_at": now} for number in numbers]
    if rows:
        op.bulk_insert(due, rows)


def downgrade() -> None:
    with op.batch_alter_table("package") as batch:
        batch.drop_column("with_papers")
    op.drop_table("archived_papers")
    op.drop_index("ix_paper_due_told_at", table_name="paper_due")
    op.drop_table("paper_due")
