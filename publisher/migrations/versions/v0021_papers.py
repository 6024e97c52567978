"""instructions stand on papers from elsewhere as well, and leaders may have no account

Revision ID: 0021
Revises: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from publisher.database import Moment

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("office", sa.String(120), nullable=False),
        sa.Column("publication", sa.String(120), nullable=False),
        sa.Column("number", sa.String(60), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=True),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("kept_by_id", sa.Integer(), nullable=False),
        sa.Column("kept_at", Moment(), nullable=False),
        sa.Column("form_key", sa.String(40), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name="fk_paper_item_id"),
        sa.ForeignKeyConstraint(["kept_by_id"], ["person.id"], name="fk_paper_kept_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_paper"),
        sa.UniqueConstraint("kept_by_id", "form_key", name="uq_paper_kept_by_id_form_key"),
    )
    op.create_index("ix_paper_item_id", "paper", ["item_id"])
    op.create_index("ix_paper_title", "paper", ["title"])
    with op.batch_alter_table("instruction") as table:
        table.alter_column("issue_id", existing_type=sa.Integer(), nullable=True)
        table.alter_column("leader_id", existing_type=sa.Integer(), nullable=True)
        table.add_column(sa.Column("paper_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("origin", sa.String(80), nullable=False, server_default=""))
        table.add_column(sa.Column("old_number", sa.String(60), nullable=False, server_default=""))
        table.create_foreign_key("fk_instruction_paper_id", "paper", ["paper_id"], ["id"])
        table.create_index("ix_instruction_paper_id", ["paper_id"])
        table.create_index("ix_instruction_origin", ["origin"])
    with op.batch_alter_table("instruction") as table:
        table.alter_column("origin", server_default=None)
        table.alter_column("old_number", server_default=None)


def downgrade() -> None:
    op.execute("DELETE FROM instruction WHERE issue_id IS NULL OR leader_id IS NULL")
    with op.batch_alter_table("instruction") as table:
        table.drop_index("ix_instruction_origin")
        table.drop_index("ix_instruction_paper_id")
        table.drop_constraint("fk_instruction_paper_id", type_="foreignkey")
        for column in ("old_number", "origin", "paper_id"):
            table.drop_column(column)
        table.alter_column("leader_id", existing_type=sa.Integer(), nullable=False)
        table.alter_column("issue_id", existing_type=sa.Integer(), nullable=False)
    op.drop_table("paper")
