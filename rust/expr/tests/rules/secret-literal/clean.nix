{
  a = "AKIAXXXXXXXXXXXXXXXX";
  b = "ghp_yourTokenHere";
  c = "the prefix glpat- means a GitLab token";
  d = ''
    -----BEGIN CERTIFICATE-----
    MIIBkTCB+wIJAKHHCgVZU6XxMA0GCSqGSIb3DQEBCwUAMBExDzANBgNVBAMMBnRl
    c3RjYTAeFw0yMDAxMDEwMDAwMDBaFw0zMDAxMDEwMDAwMDBaMBExDzANBgNVBAMM
    -----END CERTIFICATE-----
  '';
  e = "-----BEGIN RSA PRIVATE KEY-----";
  f = "npm_config_manage_package_manager_versions";
}
