"""checks before signing, pulled proofs and remarks on them

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "issue_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("checked_at", sa.DateTime(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_issue_check_issue_id")),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["person.id"], name=op.f("fk_issue_check_confirmed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_check")),
        sa.UniqueConstraint("issue_id", "digest", name=op.f("uq_issue_check_issue_id_digest")),
    )
    op.create_index(op.f("ix_issue_check_issue_id"), "issue_check", ["issue_id"], unique=False)
    op.create_index(
        op.f("ix_issue_check_confirmed_at"), "issue_check", ["confirmed_at"], unique=False
    )
    with op.batch_alter_table("proof") as batch:
        batch.add_column(sa.Column("ordinal", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("pulled_by_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("pulled_at", sa.DateTime(), nullable=True))
        batch.add_column(sa.Column("source", sa.JSON(), nullable=True))
        batch.add_column(sa.Column("made", sa.JSON(), nullable=True))
        batch.add_column(sa.Column("cleared_at", sa.DateTime(), nullable=True))
        batch.create_foreign_key(op.f("fk_proof_pulled_by_id"), "person", ["pulled_by_id"], ["id"])
        batch.create_unique_constraint(op.f("uq_proof_issue_id_ordinal"), ["issue_id", "ordinal"])
    op.create_table(
        "proof_remark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proof_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["proof_id"], ["proof.id"], name=op.f("fk_proof_remark_proof_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_proof_remark_by_id")),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["person.id"], name=op.f("fk_proof_remark_done_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof_remark")),
    )
    op.create_index(op.f("ix_proof_remark_proof_id"), "proof_remark", ["proof_id"], unique=False)
    with op.batch_alter_table("revision") as batch:
        batch.add_column(
            sa.Column("in_proof", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade() -> None:
    with op.batch_alter_table("revision") as batch:
        batch.drop_column("in_proof")
    op.drop_index(op.f("ix_proof_remark_proof_id"), table_name="proof_remark")
    op.drop_table("proof_remark")
    with op.batch_alter_table("proof") as batch:
        batch.drop_constraint(op.f("uq_proof_issue_id_ordinal"), type_="unique")
        batch.drop_constraint(op.f("fk_proof_pulled_by_id"), type_="foreignkey")
        for name in ("cleared_at", "made", "source", "pulled_at", "pulled_by_id", "ordinal"):
            batch.drop_column(name)
    op.drop_index(op.f("ix_issue_check_confirmed_at"), table_name="issue_check")
    op.drop_index(op.f("ix_issue_check_issue_id"), table_name="issue_check")
    op.drop_table("issue_check")
