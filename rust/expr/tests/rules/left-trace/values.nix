{ lib, f, x }:
{
  a = lib.traceVal (f x);
  b = builtins.trace x x;
  c = lib.debug.traceSeq x x;
  d = builtins.trace "x: ${x}" x;
}
