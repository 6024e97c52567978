"""Units, persons, roles, permissions, substitutes and sign-in."""
