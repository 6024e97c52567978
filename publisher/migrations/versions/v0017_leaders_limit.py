"""a limit the leader names becomes the limit of the case

Revision ID: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("instruction") as batch:
        batch.add_column(sa.Column("limit_days", sa.Integer(), nullable=True))
    with op.batch_alter_table("followup_case") as batch:
        batch.add_column(sa.Column("limit_reason", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("proposal") as batch:
        batch.add_column(
            sa.Column("by_leaders_limit", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch.add_column(sa.Column("limit_reason", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("followup_case") as batch:
        batch.alter_column("limit_reason", server_default=None)
    with op.batch_alter_table("proposal") as batch:
        batch.alter_column("by_leaders_limit", server_default=None)
        batch.alter_column("limit_reason", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("proposal") as batch:
        batch.drop_column("limit_reason")
        batch.drop_column("by_leaders_limit")
    with op.batch_alter_table("followup_case") as batch:
        batch.drop_column("limit_reason")
    with op.batch_alter_table("instruction") as batch:
        batch.drop_column("limit_days")
