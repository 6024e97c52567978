"""an archive comes in from another instance

Revision ID: 0022
Revises: 0021
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from publisher.database import Moment

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "taken_over",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("object_id", sa.String(120), nullable=False),
        sa.Column("office", sa.String(200), nullable=False),
        sa.Column("inventory", sa.String(128), nullable=False),
        sa.Column("papers_version", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_taken_over_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_taken_over"),
        sa.UniqueConstraint("object_id", name="uq_taken_over_object_id"),
    )
    op.create_table(
        "past_paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("object_id", sa.String(120), nullable=False),
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name="fk_past_paper_issue_id"),
        sa.PrimaryKeyConstraint("id", name="pk_past_paper"),
        sa.UniqueConstraint("object_id", "path", name="uq_past_paper_object_id_path"),
    )
    op.create_index("ix_past_paper_issue_id", "past_paper", ["issue_id"])
    with op.batch_alter_table("publication") as batch:
        batch.add_column(
            sa.Column("taken_over_from", sa.String(200), nullable=False, server_default="")
        )
        batch.add_column(sa.Column("article_names", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("publication") as batch:
        batch.alter_column("taken_over_from", server_default=None)
        batch.alter_column("article_names", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("publication") as batch:
        batch.drop_column("article_names")
        batch.drop_column("taken_over_from")
    op.drop_index("ix_past_paper_issue_id", table_name="past_paper")
    op.drop_table("past_paper")
    op.drop_table("taken_over")
