"""type size of a person, notes for named people, replies, forms sent once

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reading_choice",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("type_size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_reading_choice_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_reading_choice")),
    )
    op.create_table(
        "annotation_reader",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("annotation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["annotation_id"], ["annotation.id"], name=op.f("fk_annotation_reader_annotation_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_annotation_reader_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annotation_reader")),
        sa.UniqueConstraint(
            "annotation_id",
            "person_id",
            name=op.f("uq_annotation_reader_annotation_id_person_id"),
        ),
    )
    op.create_index(
        op.f("ix_annotation_reader_annotation_id"), "annotation_reader", ["annotation_id"]
    )
    op.create_index(op.f("ix_annotation_reader_person_id"), "annotation_reader", ["person_id"])
    with op.batch_alter_table("annotation") as table:
        table.add_column(sa.Column("reply_to_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("form_key", sa.String(length=40), nullable=True))
        table.create_foreign_key(
            op.f("fk_annotation_reply_to_id"), "annotation", ["reply_to_id"], ["id"]
        )
        table.create_index(op.f("ix_annotation_reply_to_id"), ["reply_to_id"])
        table.create_unique_constraint(
            op.f("uq_annotation_person_id_form_key"), ["person_id", "form_key"]
        )


def downgrade() -> None:
    with op.batch_alter_table("annotation") as table:
        table.drop_constraint(op.f("uq_annotation_person_id_form_key"), type_="unique")
        table.drop_index(op.f("ix_annotation_reply_to_id"))
        table.drop_constraint(op.f("fk_annotation_reply_to_id"), type_="foreignkey")
        table.drop_column("form_key")
        table.drop_column("reply_to_id")
    op.drop_table("annotation_reader")
    op.drop_table("reading_choice")
