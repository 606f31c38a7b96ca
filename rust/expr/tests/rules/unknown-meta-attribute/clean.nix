{ stdenv, lib }:
{
  a = stdenv.mkDerivation {
    meta = {
      description = "Tool";
      knownVulnerabilities = [ ];
      problems.removal.message = "gone";
    };
  };
  meta.descripton = "no package";
}
