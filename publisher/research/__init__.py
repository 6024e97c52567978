"""The research: search, what a researcher keeps, what leaves the house, keys for programs."""
