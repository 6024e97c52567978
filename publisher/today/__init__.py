"""What waits for me; it looks at every room and nobody looks at it."""
