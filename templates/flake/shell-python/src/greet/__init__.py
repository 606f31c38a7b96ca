"""Greets whom the command line names."""

import sys


def greeting(name: str) -> str:
    """What is said to someone of this name."""
    return f"Hello, {name}!"


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("usage: greet NAME")
    print(greeting(sys.argv[1]))
