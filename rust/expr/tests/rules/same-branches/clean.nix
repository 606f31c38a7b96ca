{ a }:
{
  b = if a then 1 else 2;
  c = if a then { x = 1; } else { x = 1; y = 2; };
  d = if a then "x" else ''x'';
  e = if a then [ 1 ] else [ 1 1 ];
}
