{ lib, pkgs, x, import }:
{
  a = [ (pkgs.callPackage ./a.nix { }) import ./b.nix ];
  b = [ map toString x.optional ];
  c = [ x lib.optional ];
  e = with pkgs; [ optional framed multirow ];
  d = [ "optional" "x" pkgs.fetchpatch pkgs.hello ];
}
