"""registers kept in workbooks are taken over

Revision ID: 0023
Revises: 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from publisher.database import Moment

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "old_register",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(10), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("reading", sa.JSON(), nullable=False),
        sa.Column("head", sa.JSON(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name="fk_old_register_attachment_id"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_old_register_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_old_register"),
    )
    for column in ("attachment_id", "state"):
        op.create_index(f"ix_old_register_{column}", "old_register", [column])
    op.create_table(
        "old_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("register_id", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.String(120), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("status_digest", sa.String(64), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("has_doubt", sa.Boolean(), nullable=False),
        sa.Column("doubts", sa.JSON(), nullable=False),
        sa.Column("instruction_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["register_id"], ["old_register.id"], name="fk_old_entry_register_id"
        ),
        sa.ForeignKeyConstraint(
            ["instruction_id"], ["instruction.id"], name="fk_old_entry_instruction_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_old_entry"),
        sa.UniqueConstraint(
            "register_id", "sheet", "row", name="uq_old_entry_register_id_sheet_row"
        ),
    )
    for column in ("register_id", "digest", "outcome", "has_doubt", "instruction_id"):
        op.create_index(f"ix_old_entry_{column}", "old_entry", [column])
    op.create_table(
        "column_mapping",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("headings", sa.String(64), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("kept_by_id", sa.Integer(), nullable=False),
        sa.Column("kept_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["kept_by_id"], ["person.id"], name="fk_column_mapping_kept_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_column_mapping"),
        sa.UniqueConstraint("headings", name="uq_column_mapping_headings"),
    )
    with op.batch_alter_table("followup_case") as table:
        table.alter_column("number", existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    # A case without a number gets one after the last of its year, for none may be without.
    op.execute("UPDATE followup_case SET number = 100000 + id WHERE number IS NULL")
    with op.batch_alter_table("followup_case") as table:
        table.alter_column("number", existing_type=sa.Integer(), nullable=False)
    op.drop_table("column_mapping")
    op.drop_table("old_entry")
    op.drop_table("old_register")
