{
  # far

  x = 1;
}
