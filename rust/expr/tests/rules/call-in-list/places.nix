{ lib, pkgs, x }:
{
  a = [ import ./a.nix import ./b.nix { } ];
  b = [ x lib.optional x pkgs.hello ];
  c = [ pkgs.callPackage ./c.nix { } ];
  d = [ (pkgs.fetchpatch { }) pkgs.fetchpatch { url = "u"; } ];
  e = [ lib.optionals x ];
}
