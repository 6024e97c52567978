"""The immutable store; it knows bytes, names and digests. Deposit, read, history, verify."""

from __future__ import annotations

from archive.bucket import Bucket
from archive.copies import Healed, bring_up, compare, heal, whole
from archive.errors import (
    ArchiveError,
    CopiesDiffer,
    Damaged,
    DepositRefused,
    NotDeposited,
    StoreUnusable,
)
from archive.faults import Fault
from archive.folder import Folder
from archive.store import ROOT_FILES, Deposit, Kept, Receipt, Store
from archive.verify import agrees, head, verify, verify_object, verify_root
from archive.zipped import Zipped

__all__ = [
    "ROOT_FILES",
    "ArchiveError",
    "Bucket",
    "CopiesDiffer",
    "Damaged",
    "Deposit",
    "DepositRefused",
    "Fault",
    "Folder",
    "Healed",
    "Kept",
    "NotDeposited",
    "Receipt",
    "Store",
    "StoreUnusable",
    "Zipped",
    "agrees",
    "bring_up",
    "compare",
    "head",
    "heal",
    "verify",
    "verify_object",
    "verify_root",
    "whole",
]
