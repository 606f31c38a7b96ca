# What checks/modules/run asks for, with this tree's modules, whichever folder it lies in.
{
  nixpkgs,
  homeManager ? null,
  system ? "x86_64-linux",
}:

let
  pkgs = import nixpkgs {
    inherit system;
    overlays = [ (import ../../lib/overlay.nix) ];
  };
  inherit (pkgs) lib;
  support = import ../support/modules.nix { inherit nixpkgs pkgs; };
  home = import ../support/home.nix { inherit pkgs homeManager; };

  unitOf =
    config: name: builtins.unsafeDiscardStringContext config.systemd.units."${name}.service".text;
  preset = import ../../lib/hardenedService.nix;

  # a service that only starts something
  bare = serviceConfig: {
    systemd.services.bare.serviceConfig = {
      ExecStart = "/run/current-system/sw/bin/bare";
    }
    // serviceConfig;
  };
  scoreOf = name: before: after: {
    before = unitOf (support.minimal before) name;
    after = unitOf (support.minimal after) name;
  };
  # the unit of one of our modules, without what the preset gave it
  withoutPreset =
    kind: name:
    let
      config = support.minimal [
        support.files.${lib.removePrefix "nixsmith-" name}
        support.cases.${lib.removePrefix "nixsmith-" name}.example
      ];
      keys = builtins.attrNames (preset {
        inherit lib kind;
      });
      isOfPreset = line: lib.any (key: lib.hasPrefix "${key}=" line) keys;
      text = unitOf config name;
    in
    {
      before = lib.concatStringsSep "\n" (
        builtins.filter (line: !isOfPreset line) (lib.splitString "\n" text)
      );
      after = text;
    };
  hardened =
    name: kind: allow:
    scoreOf name
      [ { services.${name}.enable = true; } ]
      [
        support.files.hardening
        {
          services.${name}.enable = true;
          nixsmith.hardening = {
            enable = true;
            services.${name} = { inherit kind allow; };
          };
        }
      ];
in
{
  names = {
    nixos = support.names;
    home = home.names;
  };

  # what shall lie in the folders `expected`
  expected = {
    nixos = lib.genAttrs support.names (
      name:
      let
        inherit (support) files cases;
      in
      support.found name
        (support.minimal [
          files.${name}
          cases.${name}.example
        ])
        (
          support.minimal [
            files.${name}
            cases.${name}.second.example
          ]
        )
    );
    home = lib.genAttrs home.names home.found;
  };

  # derivations of whole systems and homes; without any module under the name `none`
  systems = {
    none = (support.minimal [ ]).system.build.toplevel.drvPath;
  }
  // lib.genAttrs support.names (
    name:
    (support.minimal [
      support.files.${name}
      support.cases.${name}.example
    ]).system.build.toplevel.drvPath
  );
  homes = {
    none = (home.whole [ ]).activationPackage.drvPath;
    disabled = (home.whole (builtins.attrValues home.files)).activationPackage.drvPath;
  }
  // lib.genAttrs home.names (
    name:
    (home.whole [
      home.files.${name}
      home.cases.${name}.example
    ]).activationPackage.drvPath
  );

  # units before and after hardening
  scores =
    lib.listToAttrs (
      map (kind: {
        name = "kind-${kind}";
        value =
          scoreOf "bare"
            [ (bare { }) ]
            [
              (bare (preset {
                inherit lib kind;
              }))
            ];
      }) (import ../../lib/hardeningKinds.nix).kinds
    )
    // {
      nix-serve =
        scoreOf "nix-serve"
          [ { services.nix-serve.enable = true; } ]
          [
            support.files.binary-cache-server
            {
              nixsmith.binary-cache-server = {
                enable = true;
                server = "nix-serve";
                allowUnsigned = true;
              };
            }
          ];
      nginx = hardened "nginx" "network" [ "low-ports" ];
      postgresql = hardened "postgresql" "network" [ ];
      vsftpd = hardened "vsftpd" "network" [
        "low-ports"
        "root"
      ];
      nixsmith-health-report = withoutPreset "oneshot" "nixsmith-health-report";
      nixsmith-garbage-collection = withoutPreset "oneshot" "nixsmith-garbage-collection";
    };

  # the verdict of the checks on all modules, and on one
  whole = {
    nixos = (pkgs.callPackage ../modules.nix { }).verdicts;
    home = (pkgs.callPackage ../homeModules.nix { }).verdicts;
  };
  checked = {
    nixos = lib.genAttrs support.names (
      name: (pkgs.callPackage ../modules.nix { only = [ name ]; }).verdicts
    );
    home = lib.genAttrs home.names (
      name: (pkgs.callPackage ../homeModules.nix { only = [ name ]; }).verdicts
    );
  };
}
