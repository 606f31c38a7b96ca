/**
  Flake apps, one for each operation, from the list that the binary's own table is compared with.

  # Inputs

  `pkgs`: a package set with `nixsmith`.

  # Output

  Attribute set, `<group>-<verb>` (or `<verb>`) → flake app; `default` is the binary itself.
*/
{ pkgs }:

let
  operations = builtins.fromJSON (builtins.readFile ./operations.json);

  app = description: program: {
    type = "app";
    program = "${program}";
    meta = { inherit description; };
  };

  script =
    operation:
    pkgs.writeShellScript "nixsmith-${operation.app}" ''
      exec ${pkgs.nixsmith}/bin/nixsmith ${operation.command} "$@"
    '';
in
builtins.listToAttrs (
  map (operation: {
    name = operation.app;
    value = app operation.summary (script operation);
  }) operations
)
// {
  default = app "Nix from an idea to a merged change" "${pkgs.nixsmith}/bin/nixsmith";
}
