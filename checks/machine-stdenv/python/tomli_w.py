"""Writes TOML: tables, arrays, strings, numbers, booleans; enough for a Cargo manifest and configuration."""

import json
from typing import Any, BinaryIO


def _key(name: str) -> str:
    bare = name and all(c.isascii() and (c.isalnum() or c in "-_") for c in name)
    return name if bare else json.dumps(name)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    if isinstance(value, str):
        # TOML's basic string knows JSON's escapes, but not DEL bare
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value)


def _table(path: list[str], table: dict[str, Any], lines: list[str]) -> None:
    if path:
        lines.append("[" + ".".join(map(_key, path)) + "]")
    for name, value in table.items():
        if not isinstance(value, dict):
            lines.append(f"{_key(name)} = {_value(value)}")
    for name, value in table.items():
        if isinstance(value, dict):
            _table([*path, name], value, lines)


def dumps(data: dict[str, Any]) -> str:
    lines: list[str] = []
    _table([], data, lines)
    return "\n".join(lines) + "\n"


def dump(data: dict[str, Any], file: BinaryIO) -> None:
    file.write(dumps(data).encode())
