"""what an office's own layouts were at each save

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "layout_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("layout", sa.String(length=60), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("toml", sa.Text(), nullable=False),
        sa.Column("css", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_layout_change_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_layout_change")),
    )
    op.create_index(op.f("ix_layout_change_layout"), "layout_change", ["layout"])


def downgrade() -> None:
    op.drop_index(op.f("ix_layout_change_layout"), table_name="layout_change")
    op.drop_table("layout_change")
