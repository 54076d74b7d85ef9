"""Rules about two versions of a contract: each module holds one `RULE`, named as its id."""
