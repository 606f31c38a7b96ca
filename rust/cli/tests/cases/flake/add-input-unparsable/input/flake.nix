{ inputs = { ; outputs = _: { }; }
