{ a = 1; # one
  b = 2;
  c = 3; }
