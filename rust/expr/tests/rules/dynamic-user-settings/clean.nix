{
  a = { DynamicUser = true; PrivateTmp = false; ProtectSystem = "full"; ProtectHome = true; };
  b = { DynamicUser = false; PrivateTmp = true; };
  c = { PrivateTmp = true; };
}
