{
  a ? [ ], # two
}:
a
