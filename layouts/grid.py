"""In this file is the page: the paper, type area and grid of GB/T 9704-2012."""

from __future__ import annotations

POINTS_PER_MM = 72 / 25.4

PAPER_WIDTH, PAPER_HEIGHT = 210.0, 297.0
"""A4 (clause 5.1), mm."""
TOP, LEFT = 37.0, 28.0
"""天头 and 订口 (5.2.1), mm."""
AREA_WIDTH, AREA_HEIGHT = 156.0, 225.0
"""版心 (5.2.1), mm."""
RIGHT = PAPER_WIDTH - LEFT - AREA_WIDTH
BOTTOM = PAPER_HEIGHT - TOP - AREA_HEIGHT

LINES, CHARACTERS = 22, 28
"""Lines to a page and characters to a line (5.2.3)."""
BODY_SIZE = 16.0
"""三号, pt."""
LINE_PITCH = 28.95
"""225 mm / 22 is 28.991 pt; a little less lets 22 lines fit in Word, which rounds up, pt."""
PDF_LINE_PITCH = 28.99
CHARACTER_PITCH = AREA_WIDTH * POINTS_PER_MM / CHARACTERS
LETTER_SPACING = CHARACTER_PITCH - BODY_SIZE
"""−0.207 pt at 16 pt, so that 28 characters fill 156 mm."""
PDF_CELL = 15.79
"""The width of a character in the PDF, pt: a hair less than the pitch, because Pango rounds."""
IMPRINT_PITCH = 22.0
"""四号 lines of the imprint and captions, pt."""
LYING_MARGINS = (LEFT, TOP, RIGHT, BOTTOM)
"""Above, right, below and left of a page on its side: its head is at the binding, mm."""
PHOTO_WIDTH, PHOTO_HEIGHT = 112.0, 80.0
"""The most a photo takes, mm: a third of the page, so that little stays blank before it."""

SIZES = {
    "初号": 42.0, "小初": 36.0, "一号": 26.0, "小一": 24.0, "二号": 22.0, "小二": 18.0,
    "三号": 16.0, "小三": 15.0, "四号": 14.0, "小四": 12.0, "五号": 10.5,
}  # fmt: skip
"""Chinese type sizes in points (domain.md 2.4)."""
