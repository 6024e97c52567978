"""Approved items are gathered: arrange, sign, number."""
