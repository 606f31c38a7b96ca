x: let a = 1; /* one */ in a
