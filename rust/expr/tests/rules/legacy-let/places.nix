#@ evaluate
{
  a = let { x = 1; body = x + 1; };
  b = (let { body.c = 2; }).c;
  d = (let {
    # two
    inherit (rec { body = 3; }) body;
  }) + 1;
  e = [ let { body = 1; } ];
}
