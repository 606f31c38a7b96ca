{
  environment.etc."it/password".mode = "0400";
  environment.etc."it/config".mode = "0644";
  # sticky
  x.mode = "1777";
  y.SocketMode = "0777";
  socket = { path = "/run/it"; mode = "0777"; };
  systemd.services.it.serviceConfig.UMask = "0077";
  systemd.tmpfiles.rules = [ "d /tmp 1777 root root -" "d /var/lib/it 0750 it it -" ];
  a = "port 30777 is open";
  b.mode = "user";
  c.mode = "0666";
}
