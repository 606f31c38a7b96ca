{
  system,
  overlays,
  config,
}:
{
  inherit system overlays config;
}
