"""The press for paper: HTML and CSS of a document, set by WeasyPrint in a warm child process."""

from __future__ import annotations

from layouts.pdf.press import press

__all__ = ["press"]
