"""The immutable store; it knows bytes, names and digests. Deposit, read, history, verify."""

from __future__ import annotations

from archive.errors import ArchiveError, DepositRefused, NotDeposited, StoreUnusable
from archive.faults import Fault
from archive.store import Deposit, Kept, Receipt, Store
from archive.verify import head, verify

__all__ = [
    "ArchiveError",
    "Deposit",
    "DepositRefused",
    "Fault",
    "Kept",
    "NotDeposited",
    "Receipt",
    "Store",
    "StoreUnusable",
    "head",
    "verify",
]
