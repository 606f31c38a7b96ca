{ stdenv }:
{
  a = stdenv.mkDerivation { meta.description = "A tool that does one thing."; };
  b = stdenv.mkDerivation { meta.description = "tool that does one thing"; };
  c = stdenv.mkDerivation { pname = "tool"; meta.description = "Tool is for one thing"; };
  d = stdenv.mkDerivation { meta.description = " Tool with \"quotes\" and \${x} "; };
  e = stdenv.mkDerivation {
    meta.description = ''
      The tool
      with lines
    '';
  };
}
