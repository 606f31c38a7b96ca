import pytest

import greet


def test_greeting() -> None:
    assert greet.greeting("Ada") == "Hello, Ada!"


def test_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["greet"])
    with pytest.raises(SystemExit, match="usage"):
        greet.main()
