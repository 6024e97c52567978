"""The desk: screen, edit, merge, compare."""
