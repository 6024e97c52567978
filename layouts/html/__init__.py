"""The press for the reading page: one document as calm HTML, also what the PDF is set from."""

from __future__ import annotations

from layouts.html.press import fragment, preview

__all__ = ["fragment", "preview"]
