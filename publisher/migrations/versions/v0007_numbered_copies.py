"""numbered copies of an issue, their recipients and receipts

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "issue_copy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(120), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("signed_by", sa.String(60), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name="fk_issue_copy_issue_id"),
        sa.PrimaryKeyConstraint("id", name="pk_issue_copy"),
        sa.UniqueConstraint("issue_id", "number", name="uq_issue_copy_issue_id_number"),
    )
    op.create_index("ix_issue_copy_issue_id", "issue_copy", ["issue_id"])


def downgrade() -> None:
    op.drop_table("issue_copy")
