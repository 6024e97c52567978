"""In these files the house is held to its own rules: contracts between rooms, and its documents."""
