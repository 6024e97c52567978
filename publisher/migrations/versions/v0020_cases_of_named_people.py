"""cases of instructions for named people are counted apart

Revision ID: 0020
Revises: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("followup_case") as table:
        table.add_column(
            sa.Column("series", sa.String(length=10), server_default="督查", nullable=False)
        )
        table.drop_constraint(op.f("uq_followup_case_year_number"), type_="unique")
        table.create_unique_constraint(
            op.f("uq_followup_case_series_year_number"), ["series", "year", "number"]
        )
    with op.batch_alter_table("followup_case") as table:
        table.alter_column("series", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("followup_case") as table:
        table.drop_constraint(op.f("uq_followup_case_series_year_number"), type_="unique")
        table.create_unique_constraint(op.f("uq_followup_case_year_number"), ["year", "number"])
        table.drop_column("series")
