"""a serial says which sections every issue has items in

Revision ID: 0019
Revises: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("section") as table:
        table.add_column(
            sa.Column("is_expected", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("section") as table:
        table.alter_column("is_expected", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("section") as table:
        table.drop_column("is_expected")
