{ stdenv }:
{
  a = stdenv.mkDerivation {
    # what it is
    meta.description = "Tool";

    meta.broken = true;
  };
  b = stdenv.mkDerivation {
    meta = {
      timeout = 1; # long
      broken = true;
    };
  };
}
