"""Greets whom the command line names."""


def greeting(name: str) -> str:
    """What is said to someone of this name."""
    return f"Hello, {name}!"
