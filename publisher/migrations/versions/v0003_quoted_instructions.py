"""instructions that a submission and its item carry into print

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("submission", "item")


def upgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("instructions", sa.JSON(), nullable=True))
        op.execute(sa.text(f"UPDATE {table} SET instructions = '[]'"))  # noqa: S608 - our own names
        with op.batch_alter_table(table) as batch:
            batch.alter_column("instructions", existing_type=sa.JSON(), nullable=False)


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("instructions")
