# Two containers, one after the other.
{
  example.nixsmith.containers = {
    enable = true;
    containers = {
      database = {
        image = "registry.example.org/database@sha256:0000000000000000000000000000000000000000000000000000000000000000";
        volumes = [ "/var/lib/database:/data" ];
        readOnly = true;
      };
      web = {
        image = "registry.example.org/web:1.2@sha256:1111111111111111111111111111111111111111111111111111111111111111";
        ports = [ "127.0.0.1:8080:80" ];
        dependsOn = [ "database" ];
      };
    };
  };

  units = [
    "podman-database.service"
    "podman-web.service"
  ];
  scripts = [
    "podman-database"
    "podman-web"
  ];
  values = config: {
    inherit (config.virtualisation.podman.autoPrune) enable dates;
    inherit (config.virtualisation.podman) dockerCompat;
  };

  second = {
    example.nixsmith.containers = {
      enable = true;
      backend = "docker";
      prune = false;
      containers.web = {
        image = "registry.example.org/web@sha256:1111111111111111111111111111111111111111111111111111111111111111";
        environment.LOG_LEVEL = "info";
        environmentFiles = [ "/var/lib/secrets/web.env" ];
      };
    };
    units = [ "docker-web.service" ];
    scripts = [ "docker-web" ];
    values = config: {
      docker = config.virtualisation.docker.enable;
      podman = config.virtualisation.podman.enable;
      prune = config.virtualisation.docker.autoPrune.enable;
    };
  };

  refused = {
    tag-alone = {
      config.nixsmith.containers = {
        enable = true;
        containers.web.image = "registry.example.org/web:1.2";
      };
      names = "nixsmith.containers.containers.web.image";
    };
    short-digest = {
      config.nixsmith.containers = {
        enable = true;
        containers.web.image = "registry.example.org/web@sha256:1111";
      };
      names = "nixsmith.containers.containers.web.image";
    };
    defined-elsewhere = {
      config = {
        nixsmith.containers.enable = true;
        virtualisation.oci-containers.containers.other.image = "registry.example.org/other:latest";
      };
      names = "virtualisation.oci-containers.containers.other.image";
    };
    unknown-dependency = {
      config.nixsmith.containers = {
        enable = true;
        containers.web = {
          image = "registry.example.org/web@sha256:1111111111111111111111111111111111111111111111111111111111111111";
          dependsOn = [ "databse" ];
        };
      };
      names = "nixsmith.containers.containers.web.dependsOn";
    };
  };
  mistyped = {
    unknown-backend.backend = "rkt";
    port-without-a-number.containers.web.ports = [ "http" ];
  };
}
