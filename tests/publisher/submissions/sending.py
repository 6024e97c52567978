"""In this file is what a unit types into the form by which items are sent in."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any

from sqlalchemy import select

from publisher.database import db
from publisher.submissions.model import Submission

TITLE = "清溪县推行“一窗通办”提升政务服务效能"
BODY = "清溪县整合窗口42个，群众办事平均跑动次数由2.3次降至0.8次。\n\n下一步，向乡镇延伸。"


def typed(**other: Any) -> dict[str, Any]:
    """A complete form."""
    return {
        "title": TITLE,
        "body": BODY,
        "kind": "experience",
        "source": "现场调研",
        "event_at": "2026-11-19T15:30",
        "drafter": "赵报",
        "unit_signer": "李主任",
        "signer_phone": "0999-2210001",
        "form_key": "",
    } | other


def file(content: bytes, name: str) -> tuple[io.BytesIO, str]:
    """A file as it is chosen in the form."""
    return io.BytesIO(content), name


def kept() -> list[Submission]:
    """Everything that was taken, in its order."""
    db.session.rollback()
    return list(db.session.scalars(select(Submission).order_by(Submission.id)).unique())


def shown_in(page: str, field: str) -> str:
    """What stands typed in a field of a page."""
    area = re.search(rf'<textarea[^>]* name="{field}"[^>]*>\r?\n?(.*?)</textarea>', page, re.DOTALL)
    if area:
        return unescape(area[1])
    box = re.search(rf'<input[^>]* name="{field}"[^>]*>', page)
    assert box, field
    value = re.search(r' value="([^"]*)"', box[0])
    return unescape(value[1]) if value else ""
