"""`tomli` is in the standard library since Python 3.11, under another name."""

from tomllib import TOMLDecodeError, load, loads

__all__ = ["TOMLDecodeError", "load", "loads"]
