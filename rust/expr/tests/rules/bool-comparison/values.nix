{ cfg, a, b }:
{
  a = cfg.enable == true;
  b = false == cfg.enable;
  c = a b != true;
  d = (a && b) == false;
  # both sides are constants
  e = true == false;
  f = if cfg.enable != false then 1 else 2;
}
