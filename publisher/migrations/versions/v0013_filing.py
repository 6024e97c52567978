"""archive numbers and packages for the archives

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "filed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("object_id", sa.String(length=120), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("retention", sa.String(length=10), nullable=False),
        sa.Column("organ", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("archive_number", sa.String(length=120), nullable=False),
        sa.Column("filed_by_id", sa.Integer(), nullable=False),
        sa.Column("filed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_filed_issue_id_issue")),
        sa.ForeignKeyConstraint(
            ["filed_by_id"], ["person.id"], name=op.f("fk_filed_filed_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filed")),
        sa.UniqueConstraint("archive_number", name=op.f("uq_filed_archive_number")),
        sa.UniqueConstraint("object_id", name=op.f("uq_filed_object_id")),
        sa.UniqueConstraint(
            "year",
            "retention",
            "organ",
            "number",
            name=op.f("uq_filed_year_retention_organ_number"),
        ),
    )
    op.create_index(op.f("ix_filed_issue_id"), "filed", ["issue_id"])
    op.create_index(op.f("ix_filed_year"), "filed", ["year"])
    op.create_table(
        "package",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_package_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package")),
    )


def downgrade() -> None:
    op.drop_table("package")
    op.drop_index(op.f("ix_filed_year"), table_name="filed")
    op.drop_index(op.f("ix_filed_issue_id"), table_name="filed")
    op.drop_table("filed")
