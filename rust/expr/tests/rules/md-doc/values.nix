{ lib, text, ... }:
with lib;
{
  a.description = lib.mdDoc "A.";
  b.description = mdDoc ''
    B.
  '';
  c.description = lib.mdDoc (text + "C.");
  d = map lib.mdDoc [ ];
}
