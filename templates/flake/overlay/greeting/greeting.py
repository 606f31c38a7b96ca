"""What is said to someone."""


def greeting(name: str) -> str:
    """What is said to someone of this name."""
    return f"Hello, {name}!"
