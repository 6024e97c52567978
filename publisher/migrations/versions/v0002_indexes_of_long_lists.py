"""indexes in the order of long lists

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

IN_ORDER = (
    ("ix_submission_of_person", "submission", ["submitted_by_id", "submitted_at"]),
    ("ix_submission_of_unit", "submission", ["unit_id", "submitted_at"]),
    ("ix_submission_in_state", "submission", ["state", "submitted_at"]),
    ("ix_item_in_state", "item", ["state", "made_at"]),
    ("ix_item_of_editor", "item", ["editor_id", "state", "made_at"]),
    ("ix_item_of_serial", "item", ["serial_id", "state", "made_at"]),
    ("ix_item_made_at", "item", ["made_at"]),
)
COVERED = (
    ("ix_submission_submitted_by_id", "submission", ["submitted_by_id"]),
    ("ix_submission_unit_id", "submission", ["unit_id"]),
    ("ix_submission_state", "submission", ["state"]),
    ("ix_item_state", "item", ["state"]),
    ("ix_item_editor_id", "item", ["editor_id"]),
    ("ix_item_serial_id", "item", ["serial_id"]),
)
"""What an index in order does as well."""


def upgrade() -> None:
    for name, table, columns in IN_ORDER:
        op.create_index(name, table, columns)
    for name, table, _columns in COVERED:
        op.drop_index(name, table_name=table)


def downgrade() -> None:
    for name, table, columns in COVERED:
        op.create_index(name, table, columns)
    for name, table, _columns in IN_ORDER:
        op.drop_index(name, table_name=table)
