"""a row of an old register with several leaders is one entry for each

Revision ID: 0024
Revises: 0023
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

WAS, IS = "uq_old_entry_register_id_sheet_row", "uq_old_entry_register_id_sheet_row_place"


def upgrade() -> None:
    with op.batch_alter_table("old_entry") as table:
        table.add_column(sa.Column("place", sa.Integer(), nullable=False, server_default="0"))
        table.drop_constraint(WAS, type_="unique")
        table.create_unique_constraint(IS, ["register_id", "sheet", "row", "place"])
    with op.batch_alter_table("old_entry") as table:
        table.alter_column("place", existing_type=sa.Integer(), server_default=None)


def downgrade() -> None:
    op.execute("DELETE FROM old_entry WHERE place > 0")
    with op.batch_alter_table("old_entry") as table:
        table.drop_constraint(IS, type_="unique")
        table.create_unique_constraint(WAS, ["register_id", "sheet", "row"])
        table.drop_column("place")
