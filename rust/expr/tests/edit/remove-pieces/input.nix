{
  # one
  a.b = 1; # two
  a.c = 2;

  # far

  x = 1;
  a.d = 3;
}
