{
  systemd.services.it.serviceConfig = {
    DynamicUser = true;
    PrivateTmp = true;
    ProtectSystem = "strict";
    ProtectHome = "read-only";
    RemoveIPC = true;
  };
}
