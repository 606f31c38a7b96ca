{
  a ? [
    # one
    1
  ], # two
}:
a
