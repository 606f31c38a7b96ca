{ lib, ... }:
{
  services.it.settings.database.password = "hunter2";
  config.systemd.services.it.environment = {
    API_KEY = "0a1b2c3d";
    HOME = "/var/lib/it";
  };
  environment.variables.AUTH_TOKEN = "xyz-0123";
  virtualisation.oci-containers.containers.db.environment.POSTGRES_PASSWORD = "p0stgres";
}
