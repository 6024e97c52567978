"""the first schema

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_working", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_day")),
        sa.UniqueConstraint("day", name=op.f("uq_calendar_day_day")),
    )
    op.create_table(
        "history_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_head")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("told_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_key"), "outbox", ["key"], unique=False)
    op.create_table(
        "register_counter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("register", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_counter")),
        sa.UniqueConstraint("register", "year", name=op.f("uq_register_counter_register_year")),
    )
    op.create_table(
        "score_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("points", sa.Double(), nullable=False),
        sa.Column("merge", sa.String(length=40), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_rule")),
        sa.UniqueConstraint(
            "event",
            "subject",
            "effective_from",
            name=op.f("uq_score_rule_event_subject_effective_from"),
        ),
    )
    op.create_table(
        "serial",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("layout", sa.String(length=60), nullable=False),
        sa.Column("number_pattern", sa.String(length=80), nullable=False),
        sa.Column("restarts_yearly", sa.Boolean(), nullable=False),
        sa.Column("issuing_office", sa.String(length=120), nullable=False),
        sa.Column("handling_note", sa.String(length=60), nullable=False),
        sa.Column("to_superior", sa.Text(), nullable=False),
        sa.Column("to_peer", sa.Text(), nullable=False),
        sa.Column("to_subordinate", sa.Text(), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("print_run", sa.Integer(), nullable=False),
        sa.Column("retention_years", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_serial")),
        sa.UniqueConstraint("code", name=op.f("uq_serial_code")),
        sa.UniqueConstraint("name", name=op.f("uq_serial_name")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index(
        op.f("ix_sign_in_attempt_account"), "sign_in_attempt", ["account"], unique=False
    )
    op.create_index(
        op.f("ix_sign_in_attempt_address"), "sign_in_attempt", ["address"], unique=False
    )
    op.create_index(op.f("ix_sign_in_attempt_at"), "sign_in_attempt", ["at"], unique=False)
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("short_name", sa.String(length=60), nullable=False),
        sa.Column("unit_group", sa.String(length=40), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_unit_code")),
        sa.UniqueConstraint("name", name=op.f("uq_unit_name")),
    )
    op.create_table(
        "counter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("serial_id", sa.Integer(), nullable=False),
        sa.Column("series", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["serial_id"], ["serial.id"], name=op.f("fk_counter_serial_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter")),
        sa.UniqueConstraint(
            "serial_id", "series", "year", name=op.f("uq_counter_serial_id_series_year")
        ),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("post", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("session_key", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=True),
        sa.Column("rank", sa.String(length=40), nullable=True),
        sa.Column("protocol_order", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_person_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("account", name=op.f("uq_person_account")),
    )
    op.create_table(
        "route_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("serial_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["serial_id"], ["serial.id"], name=op.f("fk_route_step_serial_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_route_step")),
        sa.UniqueConstraint(
            "serial_id",
            "subject",
            "position",
            name=op.f("uq_route_step_serial_id_subject_position"),
        ),
    )
    op.create_table(
        "running_total",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("serial_id", sa.Integer(), nullable=False),
        sa.Column("series", sa.String(length=40), nullable=False),
        sa.Column("last_total", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["serial_id"], ["serial.id"], name=op.f("fk_running_total_serial_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_running_total")),
        sa.UniqueConstraint("serial_id", "series", name=op.f("uq_running_total_serial_id_series")),
    )
    op.create_table(
        "section",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("serial_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["serial_id"], ["serial.id"], name=op.f("fk_section_serial_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section")),
        sa.UniqueConstraint("serial_id", "name", name=op.f("uq_section_serial_id_name")),
    )
    op.create_table(
        "serial_reader",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("serial_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["serial_id"], ["serial.id"], name=op.f("fk_serial_reader_serial_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_serial_reader")),
        sa.UniqueConstraint("serial_id", "token", name=op.f("uq_serial_reader_serial_id_token")),
    )
    op.create_table(
        "approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_approval_asked_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    op.create_index(op.f("ix_approval_state"), "approval", ["state"], unique=False)
    op.create_index(op.f("ix_approval_subject"), "approval", ["subject"], unique=False)
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("caption", sa.String(length=300), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("kept_by_id", sa.Integer(), nullable=True),
        sa.Column("kept_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["kept_by_id"], ["person.id"], name=op.f("fk_attachment_kept_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index(op.f("ix_attachment_digest"), "attachment", ["digest"], unique=False)
    op.create_table(
        "call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_call_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
    )
    op.create_table(
        "history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("act", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("from_state", sa.String(length=40), nullable=True),
        sa.Column("to_state", sa.String(length=40), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_history_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
        sa.UniqueConstraint("hash", name=op.f("uq_history_hash")),
    )
    op.create_index(op.f("ix_history_act"), "history", ["act"], unique=False)
    op.create_index(op.f("ix_history_subject"), "history", ["subject"], unique=False)
    op.create_table(
        "issue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("serial_id", sa.Integer(), nullable=False),
        sa.Column("series", sa.String(length=40), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("correction", sa.Text(), nullable=False),
        sa.Column("withdrawal", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("editor_note", sa.Text(), nullable=False),
        sa.Column("urgency", sa.String(length=40), nullable=False),
        sa.Column("extra_recipients", sa.Text(), nullable=False),
        sa.Column("compiled_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("signed_by_id", sa.Integer(), nullable=True),
        sa.Column("signed_at", sa.DateTime(), nullable=True),
        sa.Column("frozen", sa.JSON(), nullable=True),
        sa.Column("frozen_photos", sa.JSON(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["compiled_by_id"], ["person.id"], name=op.f("fk_issue_compiled_by_id")
        ),
        sa.ForeignKeyConstraint(["serial_id"], ["serial.id"], name=op.f("fk_issue_serial_id")),
        sa.ForeignKeyConstraint(
            ["signed_by_id"], ["person.id"], name=op.f("fk_issue_signed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["issue.id"], name=op.f("fk_issue_supersedes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue")),
        sa.UniqueConstraint(
            "serial_id",
            "series",
            "total",
            "edition",
            name=op.f("uq_issue_serial_id_series_total_edition"),
        ),
        sa.UniqueConstraint(
            "serial_id",
            "series",
            "year",
            "number",
            "edition",
            name=op.f("uq_issue_serial_id_series_year_number_edition"),
        ),
    )
    op.create_index(op.f("ix_issue_dated_on"), "issue", ["dated_on"], unique=False)
    op.create_index(op.f("ix_issue_serial_id"), "issue", ["serial_id"], unique=False)
    op.create_index("ix_issue_serial_state", "issue", ["serial_id", "state"], unique=False)
    op.create_index(op.f("ix_issue_state"), "issue", ["state"], unique=False)
    op.create_table(
        "item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("source_line", sa.String(length=200), nullable=False),
        sa.Column("stage_label", sa.String(length=20), nullable=False),
        sa.Column("tags", sa.String(length=200), nullable=False),
        sa.Column("is_brief", sa.Boolean(), nullable=False),
        sa.Column("serial_id", sa.Integer(), nullable=True),
        sa.Column("section", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("editor_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["editor_id"], ["person.id"], name=op.f("fk_item_editor_id")),
        sa.ForeignKeyConstraint(["serial_id"], ["serial.id"], name=op.f("fk_item_serial_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
    )
    op.create_index(op.f("ix_item_editor_id"), "item", ["editor_id"], unique=False)
    op.create_index(op.f("ix_item_serial_id"), "item", ["serial_id"], unique=False)
    op.create_index(op.f("ix_item_state"), "item", ["state"], unique=False)
    op.create_table(
        "mandate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secretary_id", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["leader_id"], ["person.id"], name=op.f("fk_mandate_leader_id")),
        sa.ForeignKeyConstraint(
            ["secretary_id"], ["person.id"], name=op.f("fk_mandate_secretary_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate")),
        sa.UniqueConstraint(
            "secretary_id", "leader_id", name=op.f("uq_mandate_secretary_id_leader_id")
        ),
    )
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint("person_id", "role", name=op.f("uq_role_grant_person_id_role")),
    )
    op.create_index(op.f("ix_role_grant_person_id"), "role_grant", ["person_id"], unique=False)
    op.create_table(
        "substitute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_substitute_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_substitute_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substitute")),
    )
    op.create_index(op.f("ix_substitute_by_id"), "substitute", ["by_id"], unique=False)
    op.create_index(op.f("ix_substitute_person_id"), "substitute", ["person_id"], unique=False)
    op.create_table(
        "annotation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("block", sa.String(length=80), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("prefix", sa.String(length=80), nullable=False),
        sa.Column("suffix", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_annotation_issue_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_annotation_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annotation")),
    )
    op.create_index(op.f("ix_annotation_issue_id"), "annotation", ["issue_id"], unique=False)
    op.create_index(op.f("ix_annotation_person_id"), "annotation", ["person_id"], unique=False)
    op.create_table(
        "approval_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("approval_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("decision", sa.String(length=40), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("acting_for_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["acting_for_id"], ["person.id"], name=op.f("fk_approval_step_acting_for_id")
        ),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approval.id"], name=op.f("fk_approval_step_approval_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_approval_step_decided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_step")),
        sa.UniqueConstraint(
            "approval_id", "position", name=op.f("uq_approval_step_approval_id_position")
        ),
    )
    op.create_index(
        op.f("ix_approval_step_approval_id"), "approval_step", ["approval_id"], unique=False
    )
    op.create_table(
        "call_unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_unit_call_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_call_unit_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_unit")),
        sa.UniqueConstraint("call_id", "unit_id", name=op.f("uq_call_unit_call_id_unit_id")),
    )
    op.create_table(
        "instruction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("block", sa.String(length=80), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column("leader_name", sa.String(length=60), nullable=False),
        sa.Column("leader_post", sa.String(length=80), nullable=False),
        sa.Column("leader_level", sa.String(length=40), nullable=True),
        sa.Column("leader_rank", sa.String(length=40), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("disposition", sa.String(length=40), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("registered_by_id", sa.Integer(), nullable=True),
        sa.Column("registered_at", sa.DateTime(), nullable=True),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("form_key", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["person.id"], name=op.f("fk_instruction_entered_by_id")
        ),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_instruction_issue_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_instruction_item_id")),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["person.id"], name=op.f("fk_instruction_leader_id")
        ),
        sa.ForeignKeyConstraint(
            ["registered_by_id"], ["person.id"], name=op.f("fk_instruction_registered_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instruction")),
        sa.UniqueConstraint(
            "entered_by_id", "form_key", name=op.f("uq_instruction_entered_by_id_form_key")
        ),
        sa.UniqueConstraint("year", "number", name=op.f("uq_instruction_year_number")),
    )
    op.create_index(op.f("ix_instruction_issue_id"), "instruction", ["issue_id"], unique=False)
    op.create_index(op.f("ix_instruction_item_id"), "instruction", ["item_id"], unique=False)
    op.create_index(op.f("ix_instruction_leader_id"), "instruction", ["leader_id"], unique=False)
    op.create_index(op.f("ix_instruction_state"), "instruction", ["state"], unique=False)
    op.create_index(op.f("ix_instruction_written_on"), "instruction", ["written_on"], unique=False)
    op.create_table(
        "issue_reader",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_issue_reader_issue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_reader")),
        sa.UniqueConstraint("issue_id", "token", name=op.f("uq_issue_reader_issue_id_token")),
    )
    op.create_index(op.f("ix_issue_reader_issue_id"), "issue_reader", ["issue_id"], unique=False)
    op.create_index(op.f("ix_issue_reader_token"), "issue_reader", ["token"], unique=False)
    op.create_table(
        "item_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_item_file_attachment_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_file_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_file")),
    )
    op.create_index(
        op.f("ix_item_file_attachment_id"), "item_file", ["attachment_id"], unique=False
    )
    op.create_index(op.f("ix_item_file_item_id"), "item_file", ["item_id"], unique=False)
    op.create_table(
        "ledger",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("cause", sa.String(length=80), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("points", sa.Double(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=True),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_ledger_item_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_ledger_person_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["score_rule.id"], name=op.f("fk_ledger_rule_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_ledger_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
        sa.UniqueConstraint("cause", "unit_id", name=op.f("uq_ledger_cause_unit_id")),
    )
    op.create_index(op.f("ix_ledger_on"), "ledger", ["on"], unique=False)
    op.create_index(op.f("ix_ledger_unit_id"), "ledger", ["unit_id"], unique=False)
    op.create_table(
        "placement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_placement_issue_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_placement_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
        sa.UniqueConstraint("issue_id", "item_id", name=op.f("uq_placement_issue_id_item_id")),
        sa.UniqueConstraint("issue_id", "position", name=op.f("uq_placement_issue_id_position")),
    )
    op.create_index(op.f("ix_placement_issue_id"), "placement", ["issue_id"], unique=False)
    op.create_index(op.f("ix_placement_item_id"), "placement", ["item_id"], unique=False)
    op.create_table(
        "proof",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_proof_issue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof")),
    )
    op.create_index(op.f("ix_proof_digest"), "proof", ["digest"], unique=False)
    op.create_index(op.f("ix_proof_issue_id"), "proof", ["issue_id"], unique=False)
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("message", sa.String(length=300), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("queued_at", sa.DateTime(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.Column("object_id", sa.String(length=120), nullable=False),
        sa.Column("object_version", sa.Integer(), nullable=True),
        sa.Column("docx_digest", sa.String(length=128), nullable=False),
        sa.Column("pdf_digest", sa.String(length=128), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_publication_issue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint("issue_id", name=op.f("uq_publication_issue_id")),
    )
    op.create_index(
        op.f("ix_publication_published_at"), "publication", ["published_at"], unique=False
    )
    op.create_index(op.f("ix_publication_state"), "publication", ["state"], unique=False)
    op.create_table(
        "read_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_read_mark_issue_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_read_mark_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_read_mark")),
        sa.UniqueConstraint("issue_id", "person_id", name=op.f("uq_read_mark_issue_id_person_id")),
    )
    op.create_index(op.f("ix_read_mark_issue_id"), "read_mark", ["issue_id"], unique=False)
    op.create_index(op.f("ix_read_mark_person_id"), "read_mark", ["person_id"], unique=False)
    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_revision_by_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_revision_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("item_id", "number", name=op.f("uq_revision_item_id_number")),
    )
    op.create_index(op.f("ix_revision_item_id"), "revision", ["item_id"], unique=False)
    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("event_at", sa.DateTime(), nullable=True),
        sa.Column("drafter", sa.String(length=60), nullable=False),
        sa.Column("unit_signer", sa.String(length=60), nullable=False),
        sa.Column("signer_phone", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("submitted_by_id", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(), nullable=False),
        sa.Column("proposed_serial_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=True),
        sa.Column("stage_number", sa.Integer(), nullable=False),
        sa.Column("follows_id", sa.Integer(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("call_id", sa.Integer(), nullable=True),
        sa.Column("origin", sa.String(length=80), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("reject_reason", sa.String(length=40), nullable=True),
        sa.Column("form_key", sa.String(length=40), nullable=True),
        sa.Column("imported_as", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_submission_call_id")),
        sa.ForeignKeyConstraint(
            ["follows_id"], ["submission.id"], name=op.f("fk_submission_follows_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_serial_id"], ["serial.id"], name=op.f("fk_submission_proposed_serial_id")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["submission.id"], name=op.f("fk_submission_replaces_id")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["person.id"], name=op.f("fk_submission_submitted_by_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_submission_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("imported_as", name=op.f("uq_submission_imported_as")),
        sa.UniqueConstraint(
            "submitted_by_id", "form_key", name=op.f("uq_submission_submitted_by_id_form_key")
        ),
    )
    op.create_index(op.f("ix_submission_call_id"), "submission", ["call_id"], unique=False)
    op.create_index(op.f("ix_submission_origin"), "submission", ["origin"], unique=False)
    op.create_index(op.f("ix_submission_state"), "submission", ["state"], unique=False)
    op.create_index(
        op.f("ix_submission_submitted_at"), "submission", ["submitted_at"], unique=False
    )
    op.create_index(
        op.f("ix_submission_submitted_by_id"), "submission", ["submitted_by_id"], unique=False
    )
    op.create_index(op.f("ix_submission_unit_id"), "submission", ["unit_id"], unique=False)
    op.create_table(
        "followup_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("instruction_id", sa.Integer(), nullable=False),
        sa.Column("follows_id", sa.Integer(), nullable=True),
        sa.Column("matter", sa.String(length=300), nullable=False),
        sa.Column("demand", sa.Text(), nullable=False),
        sa.Column("limit_days", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("shown_at", sa.DateTime(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["follows_id"], ["followup_case.id"], name=op.f("fk_followup_case_follows_id")
        ),
        sa.ForeignKeyConstraint(
            ["instruction_id"], ["instruction.id"], name=op.f("fk_followup_case_instruction_id")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["person.id"], name=op.f("fk_followup_case_officer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_followup_case")),
        sa.UniqueConstraint("year", "number", name=op.f("uq_followup_case_year_number")),
    )
    op.create_index(op.f("ix_followup_case_due_on"), "followup_case", ["due_on"], unique=False)
    op.create_index(
        op.f("ix_followup_case_instruction_id"), "followup_case", ["instruction_id"], unique=False
    )
    op.create_index(
        op.f("ix_followup_case_officer_id"), "followup_case", ["officer_id"], unique=False
    )
    op.create_index(op.f("ix_followup_case_state"), "followup_case", ["state"], unique=False)
    op.create_table(
        "instruction_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instruction_id", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_instruction_file_attachment_id")
        ),
        sa.ForeignKeyConstraint(
            ["instruction_id"], ["instruction.id"], name=op.f("fk_instruction_file_instruction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instruction_file")),
    )
    op.create_index(
        op.f("ix_instruction_file_attachment_id"),
        "instruction_file",
        ["attachment_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_instruction_file_instruction_id"),
        "instruction_file",
        ["instruction_id"],
        unique=False,
    )
    op.create_table(
        "instruction_reader",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instruction_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["instruction_id"],
            ["instruction.id"],
            name=op.f("fk_instruction_reader_instruction_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instruction_reader")),
        sa.UniqueConstraint(
            "instruction_id", "token", name=op.f("uq_instruction_reader_instruction_id_token")
        ),
    )
    op.create_index(
        op.f("ix_instruction_reader_instruction_id"),
        "instruction_reader",
        ["instruction_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_instruction_reader_token"), "instruction_reader", ["token"], unique=False
    )
    op.create_table(
        "item_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_source_item_id")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_item_source_submission_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_source")),
        sa.UniqueConstraint(
            "item_id", "submission_id", name=op.f("uq_item_source_item_id_submission_id")
        ),
    )
    op.create_index(op.f("ix_item_source_item_id"), "item_source", ["item_id"], unique=False)
    op.create_index(
        op.f("ix_item_source_submission_id"), "item_source", ["submission_id"], unique=False
    )
    op.create_table(
        "submission_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_submission_file_attachment_id")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_submission_file_submission_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission_file")),
    )
    op.create_index(
        op.f("ix_submission_file_attachment_id"), "submission_file", ["attachment_id"], unique=False
    )
    op.create_index(
        op.f("ix_submission_file_submission_id"), "submission_file", ["submission_id"], unique=False
    )
    op.create_table(
        "chase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("means", sa.String(length=40), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_chase_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["followup_case.id"], name=op.f("fk_chase_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chase")),
    )
    op.create_index(op.f("ix_chase_case_id"), "chase", ["case_id"], unique=False)
    op.create_table(
        "extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("new_due_on", sa.Date(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_extension_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["followup_case.id"], name=op.f("fk_extension_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
    )
    op.create_index(op.f("ix_extension_case_id"), "extension", ["case_id"], unique=False)
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("situation", sa.Text(), nullable=False),
        sa.Column("proposals", sa.Text(), nullable=False),
        sa.Column("signer", sa.String(length=60), nullable=False),
        sa.Column("reported_by_id", sa.Integer(), nullable=False),
        sa.Column("reported_at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("form_key", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["followup_case.id"], name=op.f("fk_report_case_id")),
        sa.ForeignKeyConstraint(
            ["reported_by_id"], ["person.id"], name=op.f("fk_report_reported_by_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_report_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("case_id", "form_key", name=op.f("uq_report_case_id_form_key")),
    )
    op.create_index(op.f("ix_report_case_id"), "report", ["case_id"], unique=False)
    op.create_index(op.f("ix_report_unit_id"), "report", ["unit_id"], unique=False)
    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=True),
        sa.Column("received_by_id", sa.Integer(), nullable=True),
        sa.Column("handler", sa.String(length=60), nullable=False),
        sa.Column("handler_phone", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["followup_case.id"], name=op.f("fk_task_case_id")),
        sa.ForeignKeyConstraint(
            ["received_by_id"], ["person.id"], name=op.f("fk_task_received_by_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_task_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("case_id", "unit_id", name=op.f("uq_task_case_id_unit_id")),
    )
    op.create_index(op.f("ix_task_case_id"), "task", ["case_id"], unique=False)
    op.create_index(op.f("ix_task_unit_id"), "task", ["unit_id"], unique=False)
    op.create_table(
        "report_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_report_file_attachment_id")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_file_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_file")),
    )
    op.create_index(
        op.f("ix_report_file_attachment_id"), "report_file", ["attachment_id"], unique=False
    )
    op.create_index(op.f("ix_report_file_report_id"), "report_file", ["report_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_report_file_report_id"), table_name="report_file")
    op.drop_index(op.f("ix_report_file_attachment_id"), table_name="report_file")
    op.drop_table("report_file")
    op.drop_index(op.f("ix_task_unit_id"), table_name="task")
    op.drop_index(op.f("ix_task_case_id"), table_name="task")
    op.drop_table("task")
    op.drop_index(op.f("ix_report_unit_id"), table_name="report")
    op.drop_index(op.f("ix_report_case_id"), table_name="report")
    op.drop_table("report")
    op.drop_index(op.f("ix_extension_case_id"), table_name="extension")
    op.drop_table("extension")
    op.drop_index(op.f("ix_chase_case_id"), table_name="chase")
    op.drop_table("chase")
    op.drop_index(op.f("ix_submission_file_submission_id"), table_name="submission_file")
    op.drop_index(op.f("ix_submission_file_attachment_id"), table_name="submission_file")
    op.drop_table("submission_file")
    op.drop_index(op.f("ix_item_source_submission_id"), table_name="item_source")
    op.drop_index(op.f("ix_item_source_item_id"), table_name="item_source")
    op.drop_table("item_source")
    op.drop_index(op.f("ix_instruction_reader_token"), table_name="instruction_reader")
    op.drop_index(op.f("ix_instruction_reader_instruction_id"), table_name="instruction_reader")
    op.drop_table("instruction_reader")
    op.drop_index(op.f("ix_instruction_file_instruction_id"), table_name="instruction_file")
    op.drop_index(op.f("ix_instruction_file_attachment_id"), table_name="instruction_file")
    op.drop_table("instruction_file")
    op.drop_index(op.f("ix_followup_case_state"), table_name="followup_case")
    op.drop_index(op.f("ix_followup_case_officer_id"), table_name="followup_case")
    op.drop_index(op.f("ix_followup_case_instruction_id"), table_name="followup_case")
    op.drop_index(op.f("ix_followup_case_due_on"), table_name="followup_case")
    op.drop_table("followup_case")
    op.drop_index(op.f("ix_submission_unit_id"), table_name="submission")
    op.drop_index(op.f("ix_submission_submitted_by_id"), table_name="submission")
    op.drop_index(op.f("ix_submission_submitted_at"), table_name="submission")
    op.drop_index(op.f("ix_submission_state"), table_name="submission")
    op.drop_index(op.f("ix_submission_origin"), table_name="submission")
    op.drop_index(op.f("ix_submission_call_id"), table_name="submission")
    op.drop_table("submission")
    op.drop_index(op.f("ix_revision_item_id"), table_name="revision")
    op.drop_table("revision")
    op.drop_index(op.f("ix_read_mark_person_id"), table_name="read_mark")
    op.drop_index(op.f("ix_read_mark_issue_id"), table_name="read_mark")
    op.drop_table("read_mark")
    op.drop_index(op.f("ix_publication_state"), table_name="publication")
    op.drop_index(op.f("ix_publication_published_at"), table_name="publication")
    op.drop_table("publication")
    op.drop_index(op.f("ix_proof_issue_id"), table_name="proof")
    op.drop_index(op.f("ix_proof_digest"), table_name="proof")
    op.drop_table("proof")
    op.drop_index(op.f("ix_placement_item_id"), table_name="placement")
    op.drop_index(op.f("ix_placement_issue_id"), table_name="placement")
    op.drop_table("placement")
    op.drop_index(op.f("ix_ledger_unit_id"), table_name="ledger")
    op.drop_index(op.f("ix_ledger_on"), table_name="ledger")
    op.drop_table("ledger")
    op.drop_index(op.f("ix_item_file_item_id"), table_name="item_file")
    op.drop_index(op.f("ix_item_file_attachment_id"), table_name="item_file")
    op.drop_table("item_file")
    op.drop_index(op.f("ix_issue_reader_token"), table_name="issue_reader")
    op.drop_index(op.f("ix_issue_reader_issue_id"), table_name="issue_reader")
    op.drop_table("issue_reader")
    op.drop_index(op.f("ix_instruction_written_on"), table_name="instruction")
    op.drop_index(op.f("ix_instruction_state"), table_name="instruction")
    op.drop_index(op.f("ix_instruction_leader_id"), table_name="instruction")
    op.drop_index(op.f("ix_instruction_item_id"), table_name="instruction")
    op.drop_index(op.f("ix_instruction_issue_id"), table_name="instruction")
    op.drop_table("instruction")
    op.drop_table("call_unit")
    op.drop_index(op.f("ix_approval_step_approval_id"), table_name="approval_step")
    op.drop_table("approval_step")
    op.drop_index(op.f("ix_annotation_person_id"), table_name="annotation")
    op.drop_index(op.f("ix_annotation_issue_id"), table_name="annotation")
    op.drop_table("annotation")
    op.drop_index(op.f("ix_substitute_person_id"), table_name="substitute")
    op.drop_index(op.f("ix_substitute_by_id"), table_name="substitute")
    op.drop_table("substitute")
    op.drop_index(op.f("ix_role_grant_person_id"), table_name="role_grant")
    op.drop_table("role_grant")
    op.drop_table("mandate")
    op.drop_index(op.f("ix_item_state"), table_name="item")
    op.drop_index(op.f("ix_item_serial_id"), table_name="item")
    op.drop_index(op.f("ix_item_editor_id"), table_name="item")
    op.drop_table("item")
    op.drop_index(op.f("ix_issue_state"), table_name="issue")
    op.drop_index("ix_issue_serial_state", table_name="issue")
    op.drop_index(op.f("ix_issue_serial_id"), table_name="issue")
    op.drop_index(op.f("ix_issue_dated_on"), table_name="issue")
    op.drop_table("issue")
    op.drop_index(op.f("ix_history_subject"), table_name="history")
    op.drop_index(op.f("ix_history_act"), table_name="history")
    op.drop_table("history")
    op.drop_table("call")
    op.drop_index(op.f("ix_attachment_digest"), table_name="attachment")
    op.drop_table("attachment")
    op.drop_index(op.f("ix_approval_subject"), table_name="approval")
    op.drop_index(op.f("ix_approval_state"), table_name="approval")
    op.drop_table("approval")
    op.drop_table("serial_reader")
    op.drop_table("section")
    op.drop_table("running_total")
    op.drop_table("route_step")
    op.drop_table("person")
    op.drop_table("counter")
    op.drop_table("unit")
    op.drop_index(op.f("ix_sign_in_attempt_at"), table_name="sign_in_attempt")
    op.drop_index(op.f("ix_sign_in_attempt_address"), table_name="sign_in_attempt")
    op.drop_index(op.f("ix_sign_in_attempt_account"), table_name="sign_in_attempt")
    op.drop_table("sign_in_attempt")
    op.drop_table("serial")
    op.drop_table("score_rule")
    op.drop_table("register_counter")
    op.drop_index(op.f("ix_outbox_key"), table_name="outbox")
    op.drop_table("outbox")
    op.drop_table("history_head")
    op.drop_table("calendar_day")
