"""cases change hands, are reminded of and looked back at; limits in classes; mail addresses

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from publisher.database import Moment

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

CLASSES = (("特急", 1), ("加急", 3), ("批办", 15), ("复杂", 30))


def upgrade() -> None:
    with op.batch_alter_table("person") as batch:
        batch.add_column(sa.Column("email", sa.String(120), nullable=False, server_default=""))
    with op.batch_alter_table("person") as batch:
        batch.alter_column("email", server_default=None)
    with op.batch_alter_table("followup_case") as batch:
        batch.add_column(sa.Column("look_back_on", sa.Date(), nullable=True))
        batch.create_index("ix_followup_case_look_back_on", ["look_back_on"])
    classes = op.create_table(
        "limit_class",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["leader_id"], ["person.id"], name="fk_limit_class_leader_id"),
        sa.PrimaryKeyConstraint("id", name="pk_limit_class"),
        sa.UniqueConstraint("name", "leader_id", name="uq_limit_class_name_leader_id"),
    )
    op.create_index("ix_limit_class_leader_id", "limit_class", ["leader_id"])
    op.bulk_insert(
        classes,
        [
            {"name": name, "days": days, "position": place}
            for place, (name, days) in enumerate(CLASSES, 1)
        ],
    )
    op.create_table(
        "transfer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("from_unit_id", sa.Integer(), nullable=False),
        sa.Column("to_unit_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name="fk_transfer_answered_by_id"
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name="fk_transfer_asked_by_id"),
        sa.ForeignKeyConstraint(["case_id"], ["followup_case.id"], name="fk_transfer_case_id"),
        sa.ForeignKeyConstraint(["from_unit_id"], ["unit.id"], name="fk_transfer_from_unit_id"),
        sa.ForeignKeyConstraint(["to_unit_id"], ["unit.id"], name="fk_transfer_to_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_transfer"),
    )
    for column in ("case_id", "state", "to_unit_id"):
        op.create_index(f"ix_transfer_{column}", "transfer", [column])
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("mailed_at", Moment(), nullable=True),
        sa.Column("mail_tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["followup_case.id"], name="fk_reminder_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reminder"),
        sa.UniqueConstraint("case_id", "due_on", "rung", name="uq_reminder_case_id_due_on_rung"),
    )
    for column in ("case_id", "mailed_at"):
        op.create_index(f"ix_reminder_{column}", "reminder", [column])
    op.create_table(
        "look_back",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("means", sa.String(40), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("has_held", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_look_back_by_id"),
        sa.ForeignKeyConstraint(["case_id"], ["followup_case.id"], name="fk_look_back_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_look_back"),
    )
    op.create_index("ix_look_back_case_id", "look_back", ["case_id"])


def downgrade() -> None:
    for table in ("look_back", "reminder", "transfer", "limit_class"):
        op.drop_table(table)
    with op.batch_alter_table("followup_case") as batch:
        batch.drop_index("ix_followup_case_look_back_on")
        batch.drop_column("look_back_on")
    with op.batch_alter_table("person") as batch:
        batch.drop_column("email")
