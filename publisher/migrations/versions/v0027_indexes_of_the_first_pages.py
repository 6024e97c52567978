"""indexes for what stands on the first pages of officer and leader, and for threads

Revision ID: 0027
Revises: 0026
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

MADE = (
    ("ix_instruction_reader_knows", "instruction_reader", ["token", "instruction_id"]),
    ("ix_instruction_of_leader", "instruction", ["leader_id", "written_on"]),
    ("ix_instruction_in_state", "instruction", ["state", "written_on"]),
    (
        "ix_followup_case_in_state",
        "followup_case",
        ["state", "due_on", "look_back_on", "instruction_id"],
    ),
    ("ix_followup_case_follows_id", "followup_case", ["follows_id"]),
    ("ix_extension_state", "extension", ["state"]),
    ("ix_issue_supersedes_id", "issue", ["supersedes_id"]),
    ("ix_submission_follows_id", "submission", ["follows_id"]),
    ("ix_submission_replaces_id", "submission", ["replaces_id"]),
)
COVERED = (
    ("ix_instruction_reader_token", "instruction_reader", ["token"]),
    ("ix_instruction_leader_id", "instruction", ["leader_id"]),
    ("ix_instruction_state", "instruction", ["state"]),
    ("ix_followup_case_state", "followup_case", ["state"]),
)
"""What one of those does as well."""
RESTRICTED = "ix_instruction_restricted"


def upgrade() -> None:
    for name, table, columns in MADE:
        op.create_index(name, table, columns)
    op.create_index(
        RESTRICTED,
        "instruction",
        ["is_restricted"],
        sqlite_where=sa.text("is_restricted = 1"),
        postgresql_where=sa.text("is_restricted"),
    )
    for name, table, _columns in COVERED:
        op.drop_index(name, table_name=table)


def downgrade() -> None:
    for name, table, columns in COVERED:
        op.create_index(name, table, columns)
    op.drop_index(RESTRICTED, table_name="instruction")
    for name, table, _columns in MADE:
        op.drop_index(name, table_name=table)
