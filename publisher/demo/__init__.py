"""The demonstration: an invented office with three months of work in it."""
