"""Points by rules and dates, the ledger, rankings."""
