"""an adoption says of which level the higher office is

Revision ID: 0025
Revises: 0024
"""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

MUNICIPALITY = re.compile("^(?:中共)?(?:北京|天津|上海|重庆)市")
LEVELS = (
    (re.compile("县"), "county"),
    (re.compile("行署|自治州"), "city"),
    (re.compile("[市区旗盟]"), None),
    (re.compile("省"), "province"),
    (re.compile("国务院|^(?:中共)?中央|^(?:中办|国办|国家|全国)"), "state"),
)
"""What an office's name says of its level for sure, the lowest first. A city (市) may be a
prefecture's or a county's, so its level stays open until somebody notes it."""


def level_of(office: str) -> str | None:
    """The level the name of an office says; none where it says none."""
    name = MUNICIPALITY.sub("省", office).replace("自治区", "省")
    return next((level for pattern, level in LEVELS if pattern.search(name)), None)


def upgrade() -> None:
    with op.batch_alter_table("paper") as table:
        table.add_column(sa.Column("level", sa.String(40), nullable=True))
    paper = sa.table(
        "paper", sa.column("id", sa.Integer), sa.column("kind", sa.String),
        sa.column("office", sa.String), sa.column("level", sa.String),
    )  # fmt: skip
    connection = op.get_bind()
    adopted = sa.select(paper.c.office).where(paper.c.kind == "adopted").distinct()
    for office in list(connection.scalars(adopted)):
        level = level_of(office)
        if level is not None:
            connection.execute(
                sa.update(paper)
                .where(paper.c.kind == "adopted", paper.c.office == office)
                .values(level=level)
            )


def downgrade() -> None:
    with op.batch_alter_table("paper") as table:
        table.drop_column("level")
