import grown


def test_is_there():
    assert grown
