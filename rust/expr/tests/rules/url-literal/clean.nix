{
  homepage = "https://example.org/";
  f = x: x;
  g = a:
    a;
  # https://example.org/
}
