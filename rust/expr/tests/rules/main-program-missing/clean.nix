{ stdenv, buildGoModule }:
{
  a = buildGoModule { pname = "tool"; meta.description = "Tool"; };
  b = stdenv.mkDerivation { pname = "tool"; meta.description = "Tool"; };
}
