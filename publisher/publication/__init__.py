"""Compose, typeset, deposit, announce; correct and withdraw."""
