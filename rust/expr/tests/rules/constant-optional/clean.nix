{ lib, optional, enable, true }:
{
  a = lib.optional true 1;
  b = optional enable 1;
  c = lib.optionals enable [ 1 ];
  d = map (lib.optionalString false);
}
