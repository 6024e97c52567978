"""what was written on papers from elsewhere goes into the archive too

Revision ID: 0026
Revises: 0025
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from publisher.database import Moment

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instruction = sa.table(
        "instruction",
        sa.column("id", sa.Integer()),
        sa.column("number", sa.Integer()),
        sa.column("issue_id", sa.Integer()),
        sa.column("paper_id", sa.Integer()),
    )
    due = sa.table("paper_due", sa.column("key", sa.String(80)), sa.column("told_at", Moment()))
    on_papers = sa.select(instruction.c.id).where(
        instruction.c.number.is_not(None),
        instruction.c.issue_id.is_(None),
        instruction.c.paper_id.is_not(None),
    )
    now = datetime.now(UTC)
    numbers = op.get_bind().scalars(on_papers.order_by(instruction.c.id))
    rows = [{"key": f"instruction:{number}", "told_at": now} for number in numbers]
    if rows:
        op.bulk_insert(due, rows)


def downgrade() -> None:
    """What waits is found to concern no object, and let go."""
