"""Old issues come in (旧刊补录): read, looked over, kept as they are, found like the others."""
