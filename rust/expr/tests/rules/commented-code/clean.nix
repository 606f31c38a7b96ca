# a sentence with x = 1 in it;
{
  # TODO: do this;
  # enable = true
  # inherit things;
  /* a = 1; */
  b = "# c = 1;";
}
