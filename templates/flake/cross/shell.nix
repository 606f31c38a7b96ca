# The development shell of one platform: that of `pkgsCross.<platform>` has its compiler as `$CC`.
{
  mkShell,
  callPackage,
  gnumake,
}:

mkShell {
  inputsFrom = [ (callPackage ./package.nix { }) ];
  nativeBuildInputs = [ gnumake ];
}
