{
  lib,
  stdenv,
  cmake,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "evil";
  version = "1.0\${builtins.readFile /etc/passwd}";

  __structuredAttrs = true;
  strictDeps = true;

  src = ./.;

  nativeBuildInputs = [ cmake ];

  meta = {
    maintainers = [ ];
  };
})
