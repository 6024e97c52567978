"""Files people upload, kept under their digests."""
