{
  environment.etc."it/password".mode = "0644";
  environment.etc.all.mode = "0777";
  systemd.services.it.serviceConfig = {
    StateDirectoryMode = "777";
    UMask = "0000";
  };
  systemd.tmpfiles.rules = [ "d /var/lib/it 0777 it it -" "Z! '/srv/a' 777" ];
  sops.secrets.token.mode = "0444";
}
