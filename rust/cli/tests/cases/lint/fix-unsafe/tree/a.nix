{ cfg, f }:
{
	a = if cfg.enable then f else 1; # é
  b = f 1;
}
