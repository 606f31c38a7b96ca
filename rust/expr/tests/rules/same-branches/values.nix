{ a, f }:
{
  b = if a then f 1 else f 1;
  c = if a then [ 1 2 ] else [ 1
    # a comment makes no difference
    2 ];
}
