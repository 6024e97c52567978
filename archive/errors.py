"""In this file we name what can go wrong in the archive."""

from __future__ import annotations


class ArchiveError(Exception):
    """Base of every archive error; its text may be shown to a person."""


class NotDeposited(ArchiveError):
    """The archive holds no such object, version or file."""


class DepositRefused(ArchiveError):
    """What was handed over cannot be kept: a bad name or nothing in it."""


class StoreUnusable(ArchiveError):
    """The place is no archive of ours, or it cannot be reached, read or written."""


class Damaged(ArchiveError):
    """What is kept is not what was deposited, so it is not carried on to any other place."""


class CopiesDiffer(ArchiveError):
    """Two roots tell different stories of one object; a person has to decide."""
