{ double }:
{
  a = map (x: double x) [ 1 ];
  b = y: z: double z;
}
