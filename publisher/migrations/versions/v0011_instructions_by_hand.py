"""instructions: named readers, addressees, limits, contests, fair copies, phrases, the hand

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NEW = ("contest", "fair_copy", "ink_page", "instruction_addressee", "phrase")


def _key(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


def _link(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    with op.batch_alter_table("instruction") as table:
        table.add_column(sa.Column("start", sa.Integer(), server_default="0", nullable=False))
        for name in ("prefix", "suffix", "about"):
            table.add_column(
                sa.Column(name, sa.String(length=80), server_default="", nullable=False)
            )
        table.add_column(sa.Column("limit_on", sa.Date(), nullable=True))
        table.add_column(
            sa.Column("is_restricted", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        table.add_column(
            sa.Column("may_print", sa.Boolean(), server_default=sa.true(), nullable=False)
        )
        table.add_column(
            sa.Column("series", sa.String(length=10), server_default="批", nullable=False)
        )
        table.drop_constraint(op.f("uq_instruction_year_number"), type_="unique")
        table.create_unique_constraint(
            op.f("uq_instruction_series_year_number"), ["series", "year", "number"]
        )
        table.create_index(op.f("ix_instruction_about"), ["about"])
    with op.batch_alter_table("instruction") as table:
        for name in ("start", "prefix", "suffix", "about", "is_restricted", "may_print", "series"):
            table.alter_column(name, server_default=None)
    op.create_table(
        "contest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instruction_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("is_upheld", sa.Boolean(), nullable=False),
        _link("contest", "instruction_id", "instruction"),
        _link("contest", "answered_by_id", "person"),
        _key("contest"),
    )
    op.create_table(
        "fair_copy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instruction_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("transcribed_by_id", sa.Integer(), nullable=False),
        sa.Column("transcribed_at", sa.DateTime(), nullable=False),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.Column("checked_at", sa.DateTime(), nullable=True),
        sa.Column("remark", sa.String(length=500), nullable=False),
        _link("fair_copy", "instruction_id", "instruction"),
        _link("fair_copy", "transcribed_by_id", "person"),
        _link("fair_copy", "checked_by_id", "person"),
        _key("fair_copy"),
        sa.UniqueConstraint("instruction_id", name=op.f("uq_fair_copy_instruction_id")),
    )
    op.create_table(
        "ink_page",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instruction_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("strokes", sa.JSON(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        _link("ink_page", "instruction_id", "instruction"),
        _key("ink_page"),
        sa.UniqueConstraint("instruction_id", "page", name=op.f("uq_ink_page_instruction_id_page")),
    )
    op.create_table(
        "instruction_addressee",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instruction_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        _link("instruction_addressee", "instruction_id", "instruction"),
        _link("instruction_addressee", "unit_id", "unit"),
        _key("instruction_addressee"),
    )
    op.create_table(
        "phrase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=120), nullable=False),
        _link("phrase", "person_id", "person"),
        _key("phrase"),
        sa.UniqueConstraint("person_id", "text", name=op.f("uq_phrase_person_id_text")),
    )
    op.create_index(op.f("ix_contest_instruction_id"), "contest", ["instruction_id"])
    op.create_index(op.f("ix_ink_page_instruction_id"), "ink_page", ["instruction_id"])
    op.create_index(op.f("ix_ink_page_digest"), "ink_page", ["digest"])
    op.create_index(
        op.f("ix_instruction_addressee_instruction_id"), "instruction_addressee", ["instruction_id"]
    )
    op.create_index(op.f("ix_phrase_person_id"), "phrase", ["person_id"])


def downgrade() -> None:
    for name in NEW:
        op.drop_table(name)
    with op.batch_alter_table("instruction") as table:
        table.drop_index(op.f("ix_instruction_about"))
        table.drop_constraint(op.f("uq_instruction_series_year_number"), type_="unique")
        table.create_unique_constraint(op.f("uq_instruction_year_number"), ["year", "number"])
        for name in ("series", "may_print", "is_restricted", "limit_on", "about", "suffix"):
            table.drop_column(name)
        table.drop_column("prefix")
        table.drop_column("start")
