"""Two versions of a contract side by side: what changed, who meets it, and whether that breaks anybody."""
