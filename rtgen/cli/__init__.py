"""A thin skin over `rtgen.api`: one module a verb; the only room that prints, exits and reads the environment."""
