{ outputs = _: { lib = { }; }; }
