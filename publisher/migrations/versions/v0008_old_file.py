"""old issues come in as files

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "old_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("tells_counters", sa.Boolean(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_old_file_attachment_id_attachment")
        ),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_old_file_issue_id_issue")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_old_file_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_old_file")),
    )
    op.create_index("ix_old_file_in_state", "old_file", ["state", "id"])
    op.create_index(op.f("ix_old_file_attachment_id"), "old_file", ["attachment_id"])
    op.create_index(op.f("ix_old_file_issue_id"), "old_file", ["issue_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_old_file_issue_id"), table_name="old_file")
    op.drop_index(op.f("ix_old_file_attachment_id"), table_name="old_file")
    op.drop_index("ix_old_file_in_state", table_name="old_file")
    op.drop_table("old_file")
