let { a = 2; body = a; }
