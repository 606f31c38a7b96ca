{ lib, f, x, trace }:
{
  a = trace x x;
  b = builtins.trace "the option is gone, use the other one" x;
  c = builtins.trace "warning: x" x;
  d = lib.warn "x" x;
  e = map lib.traceVal;
}
