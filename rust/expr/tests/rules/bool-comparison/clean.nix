{ cfg, true, lib }:
{
  # this `true` is an argument
  a = cfg == true;
  b = cfg == "true";
  c = lib.true == cfg;
}
