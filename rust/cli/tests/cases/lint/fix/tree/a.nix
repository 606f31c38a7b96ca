{ cfg, f }:
{
	a = if cfg.enable == true then f else 1; # é
  b = f 1;
}
