{
  lib,
  writeShellScriptBin,
  hello,
}:

(writeShellScriptBin "greet" ''
  exec ${lib.getExe hello} --greeting="Hello, $1!"
'').overrideAttrs
  {
    meta = {
      description = "Greet someone";
      license = lib.licenses.mit;
      mainProgram = "greet";
    };
  }
