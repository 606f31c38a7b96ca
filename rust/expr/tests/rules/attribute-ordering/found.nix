{ stdenv }:
stdenv.mkDerivation {
  meta.description = "Tool that does one thing";
  pname = "tool";
  buildInputs = [ ];
  src = ./.;
}
