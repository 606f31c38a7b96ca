{
  lib,
  stdenv,
  fetchFromGitHub,
  cmake,
  ninja,
  pkg-config,
  libxml2,
  libiconv,
  zlib,
  python3,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "libtool-x";
  version = "3.1";

  __structuredAttrs = true;
  strictDeps = true;

  src = fetchFromGitHub {
    owner = "example";
    repo = "libtool-x";
    tag = finalAttrs.version;
    hash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  };

  nativeBuildInputs = [
    cmake
    ninja
    pkg-config
  ];

  buildInputs = [ libxml2 ] ++ lib.optionals stdenv.hostPlatform.isDarwin [ libiconv ];

  propagatedBuildInputs = [ zlib ];

  cmakeFlags = [
    "-DBUILD_TESTING=ON"
    "-DNAME=a b"
  ];

  dontUseCmakeConfigure = false;

  nativeCheckInputs = [ python3 ];

  doCheck = true;

  meta = {
    description = "Tool that shows how libtool-x is written";
    homepage = "https://example.org/libtool-x";
    changelog = "https://example.org/libtool-x/releases/tag/v${finalAttrs.version}";
    license = lib.licenses.lgpl21Plus;
    maintainers = [ ];
    platforms = lib.platforms.linux ++ lib.platforms.darwin;
  };
})
