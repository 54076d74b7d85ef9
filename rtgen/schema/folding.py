"""When two names become one in some language."""


def folded(name: str) -> str:
    """What is left of a name once cases and separators are gone; empty when no language could write it.

    `user-id`, `userId` and `user_id` all give `userid`: in one language or another they would be one name.
    """
    return "".join(char for char in name.lower() if char.isascii() and char.isalnum())
