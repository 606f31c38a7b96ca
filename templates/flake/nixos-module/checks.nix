# What `nix flake check` builds. `source` is this folder.
{ pkgs, source }:

let
  inherit (pkgs) lib runCommand;

  # the value that the module's options have with these settings; whether they can be read at all
  accepted =
    settings:
    let
      evaluated = lib.evalModules {
        modules = [
          ./module.nix
          {
            _module.check = false;
            _module.args = { inherit pkgs; };
            services.greet = settings;
          }
        ];
      };
      values = lib.removeAttrs evaluated.config.services.greet [ "package" ];
    in
    (builtins.tryEval (builtins.deepSeq values true)).success;

  test = pkgs.testers.runNixOSTest ./test.nix;
  server = test.nodes.server;
in
{
  package = pkgs.callPackage ./package.nix { };

  # every Nix file is formatted
  formatting = runCommand "formatting" { nativeBuildInputs = [ pkgs.nixfmt-rs ]; } ''
    find ${source} -name '*.nix' -exec nixfmt --check {} +
    touch $out
  '';

  # every option is in the documentation
  documentation =
    runCommand "documentation" { documentation = pkgs.callPackage ./documentation.nix { }; }
      ''
        for option in enable package address port openFirewall greetings; do
          grep --fixed-strings "services\.greet\.$option" $documentation
        done
        if grep /nix/store $documentation; then exit 1; fi
        cp $documentation $out
      '';

  # what the types let through, and what they do not
  types =
    assert lib.assertMsg (accepted { }) "nothing set is refused";
    assert lib.assertMsg (accepted { greetings.Ada = "Good morning"; }) "a greeting is refused";
    assert lib.assertMsg (!accepted { port = 65536; }) "a port too large is accepted";
    assert lib.assertMsg (!accepted { port = "80"; }) "text is accepted as a port";
    assert lib.assertMsg (!accepted { greetings.Ada = ""; }) "an empty greeting is accepted";
    runCommand "types" { } "touch $out";
}
// lib.optionalAttrs pkgs.stdenv.hostPlatform.isLinux {
  # in a virtual machine
  inherit test;

  # the unit that NixOS makes of the options
  unit =
    assert lib.assertMsg (
      server.networking.firewall.allowedTCPPorts == [ 80 ]
    ) "the firewall opens other ports than the module's";
    runCommand "unit" { unit = server.systemd.units."greet.service".unit; } ''
      grep --fixed-strings --line-regexp DynamicUser=true $unit/greet.service
      grep --extended-regexp '^ExecStart=.*/bin/greet-server .*-greet[.]json$' $unit/greet.service
      cp $unit/greet.service $out
    '';
}
