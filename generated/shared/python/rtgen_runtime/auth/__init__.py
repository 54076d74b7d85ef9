"""Who may connect: the way from a token to an identity, and what was revoked."""
