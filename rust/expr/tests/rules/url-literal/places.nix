#@ evaluate
{
  homepage = https://example.org/a?b=c$d;
  f = x:x;
  list = [ mailto:a@b.c ];
}
