"""An item arrives, as received, and stays so."""
