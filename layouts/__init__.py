"""Typesetting: one frozen document, three presses (DOCX, PDF, reading page)."""
