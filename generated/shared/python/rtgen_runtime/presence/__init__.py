"""Who is here, and what they show each other."""
