"""A leader writes: record, register, fair copy."""
