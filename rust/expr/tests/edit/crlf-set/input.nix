{
  # one
  a = 1; # two

  b = ''
    text
  '';
}
