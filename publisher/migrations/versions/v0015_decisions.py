"""what is proposed for an instruction waits for the director

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from publisher.database import Moment

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instruction_id", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Boolean(), nullable=False),
        sa.Column("matter", sa.String(300), nullable=False),
        sa.Column("demand", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=True),
        sa.Column("support_ids", sa.JSON(), nullable=False),
        sa.Column("limit_days", sa.Integer(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", Moment(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name="fk_proposal_decided_by_id"),
        sa.ForeignKeyConstraint(
            ["instruction_id"], ["instruction.id"], name="fk_proposal_instruction_id"
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["unit.id"], name="fk_proposal_lead_id"),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["person.id"], name="fk_proposal_proposed_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
    )
    for column in ("instruction_id", "state"):
        op.create_index(f"ix_proposal_{column}", "proposal", [column])


def downgrade() -> None:
    op.drop_table("proposal")
