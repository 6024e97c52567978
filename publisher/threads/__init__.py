"""The whole story of one matter, from receipt to the second print."""
