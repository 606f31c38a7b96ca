# Containers whose images cannot change unseen: each is named by its digest, and an image that is not is refused.
{
  config,
  lib,
  ...
}:

let
  inherit (lib) mkDefault mkOption types;
  cfg = config.nixsmith.containers;
  option = "nixsmith.containers";
  isPodman = cfg.backend == "podman";

  isPinned = image: builtins.match "[^@ ]+@sha256:[0-9a-f]{64}" image != null;

  containerModule = {
    options = {
      image = mkOption {
        type = types.str;
        example = "registry.example.org/web:1.2@sha256:0000000000000000000000000000000000000000000000000000000000000000";
        description = "The image with its digest, as {command}`skopeo inspect` prints it.";
      };

      ports = mkOption {
        type = types.listOf (types.strMatching "([^ :]+:|\\[[^]]+]:)?[0-9]+:[0-9]+(/(tcp|udp))?");
        default = [ ];
        example = [ "127.0.0.1:8080:80" ];
        description = "Ports of the machine → ports of the container. Without an address they are open to the network, past the firewall.";
      };

      environment = mkOption {
        type = types.attrsOf types.str;
        default = { };
        example = {
          LOG_LEVEL = "info";
        };
        description = "Variables. They are readable for everybody on this machine.";
      };

      environmentFiles = mkOption {
        type = types.listOf types.str;
        default = [ ];
        example = [ "/var/lib/secrets/web.env" ];
        description = "Files with variables that are nobody's business.";
      };

      volumes = mkOption {
        type = types.listOf types.str;
        default = [ ];
        example = [ "/var/lib/web:/data" ];
        description = "Folders of the machine → folders of the container.";
      };

      readOnly = mkOption {
        type = types.bool;
        default = false;
        description = "Whether the container can write to its volumes and {file}`/tmp` only.";
      };

      dependsOn = mkOption {
        type = types.listOf types.str;
        default = [ ];
        example = [ "database" ];
        description = "Containers that start before.";
      };
    };
  };

  exists = name: config.virtualisation.oci-containers.containers ? ${name};

  # every one of this machine, also those that are defined elsewhere; an image from the store is pinned by its path
  unpinned = lib.filterAttrs (
    _: container:
    container.imageFile == null && container.imageStream == null && !isPinned container.image
  ) config.virtualisation.oci-containers.containers;
in
{
  options.nixsmith.containers = {
    enable = lib.mkEnableOption "containers with pinned images";

    backend = mkOption {
      type = types.enum [
        "podman"
        "docker"
      ];
      default = "podman";
      example = "docker";
      description = "What runs the containers.";
    };

    containers = mkOption {
      type = types.attrsOf (types.submodule containerModule);
      default = { };
      example = lib.literalExpression ''
        {
          web = {
            image = "registry.example.org/web:1.2@sha256:0000000000000000000000000000000000000000000000000000000000000000";
            ports = [ "127.0.0.1:8080:80" ];
          };
        }
      '';
      description = "The containers, each a unit `<backend>-<name>.service`.";
    };

    prune = mkOption {
      type = types.bool;
      default = true;
      description = "Whether to delete weekly what no container uses.";
    };
  };

  config = lib.mkIf cfg.enable {
    assertions =
      lib.mapAttrsToList (name: container: {
        assertion = false;
        message = "${
          if cfg.containers ? ${name} then option else "virtualisation.oci-containers"
        }.containers.${name}.image is not pinned by a digest (`…@sha256:…`), so it may be another one tomorrow: ${container.image}";
      }) unpinned
      ++ lib.concatLists (
        lib.mapAttrsToList (
          name: container:
          map (dependency: {
            assertion = exists dependency;
            message = "${option}.containers.${name}.dependsOn names a container that does not exist: ${dependency}";
          }) container.dependsOn
        ) cfg.containers
      );

    virtualisation = {
      oci-containers = {
        inherit (cfg) backend;
        containers = lib.mapAttrs (_: container: {
          inherit (container)
            image
            ports
            environment
            environmentFiles
            volumes
            ;
          # the others are refused above
          dependsOn = builtins.filter exists container.dependsOn;
          # the digest says whether it is there already
          pull = "missing";
          extraOptions = lib.optionals container.readOnly [
            "--read-only"
            "--tmpfs=/tmp"
          ];
        }) cfg.containers;
      };

      podman = lib.mkIf isPodman {
        enable = true;
        dockerCompat = mkDefault (!config.virtualisation.docker.enable);
        # containers of a network find each other by name
        defaultNetwork.settings.dns_enabled = mkDefault true;
        autoPrune = {
          enable = cfg.prune;
          dates = mkDefault "weekly";
        };
      };

      docker = lib.mkIf (!isPodman) {
        enable = true;
        autoPrune = {
          enable = cfg.prune;
          dates = mkDefault "weekly";
        };
      };
    };
  };
}
