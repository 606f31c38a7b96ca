{
  lib,
  stdenv,
  greeter,
}:

# a package of text that refers to another at run time
stdenv.mkDerivation {
  pname = "greeter-config";
  version = "2";

  buildCommand = ''
    mkdir -p $out/etc
    echo "program = ${lib.getExe greeter}" > $out/etc/greeter.conf
  '';

  meta = {
    description = "Configuration that names the greeter";
    homepage = "https://example.org/greeter";
    license = lib.licenses.mit;
    maintainers = [ lib.maintainers.fixture ];
    platforms = lib.platforms.unix;
  };
}
