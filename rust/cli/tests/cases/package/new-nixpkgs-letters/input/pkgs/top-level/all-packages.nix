{
  boost = x;
  boost-build = x;
}
