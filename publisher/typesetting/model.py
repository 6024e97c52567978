"""In this file we keep what an office's own layouts were: one row for each state that was saved."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from publisher.database import Base
from publisher.people.model import Person


class LayoutChange(Base):
    """An office's own layout as it was saved at one moment, word for word."""

    __tablename__ = "layout_change"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    layout: Mapped[str] = mapped_column(String(60), index=True)
    """Its name, which is its folder's."""
    changed_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), init=False)
    by: Mapped[Person | None] = relationship()
    """Who saved it on the page; nobody for what was found changed in the file."""
    toml: Mapped[str] = mapped_column(Text)
    css: Mapped[str | None] = mapped_column(Text, default=None)
    """Its page.css; none where it has none."""

    @property
    def files(self) -> tuple[bytes, bytes | None]:
        """Its files as they lay on disk."""
        return self.toml.encode(), None if self.css is None else self.css.encode()
