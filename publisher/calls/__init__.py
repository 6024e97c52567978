"""What the office asks for: priorities and solicitations."""
