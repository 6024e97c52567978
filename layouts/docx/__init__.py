"""The press for Word: one document as DOCX, in styles an office can change."""

from __future__ import annotations

from layouts.docx.press import press

__all__ = ["press"]
