{
  # one
  a = {
    x = 1;
  }; # two

  b = ''
    text
  '';
}
