{ stdenv }:
stdenv.mkDerivation {
  pname = "tool";
  version = "1.0";
  src = ./.;
  outputs = [ "out" ];
  buildInputs = [ ];
  nativeBuildInputs = [ ];
  doCheck = true;
  installPhase = "true";
  buildPhase = "true";
  passthru = { };
  meta = { };
}
