"""Who may connect: tokens, their keys, and what was revoked."""
