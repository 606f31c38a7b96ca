# One cache of one's own, asked first.
{
  example.nixsmith.cache-client = {
    enable = true;
    caches.office = {
      url = "https://cache.example.org";
      publicKeys = [ "cache.example.org-1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" ];
      priority = 10;
    };
    netrcFile = "/var/lib/secrets/netrc";
  };

  values = config: {
    first = builtins.head config.nix.settings.substituters;
    isTrusted = builtins.elem "cache.example.org-1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" config.nix.settings.trusted-public-keys;
    inherit (config.nix.settings) connect-timeout fallback netrc-file;
    # the default one is still asked
    isOneOfSeveral = builtins.length config.nix.settings.substituters > 1;
  };

  second = {
    example.nixsmith.cache-client = {
      enable = true;
      caches.office = {
        url = "https://cache.example.org";
        publicKeys = [ "cache.example.org-1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" ];
      };
      onlyThese = true;
      fallback = false;
    };
    values = config: {
      inherit (config.nix.settings) fallback substituters;
      passwords = config.nix.settings ? netrc-file;
    };
  };

  refused = {
    no-cache = {
      config.nixsmith.cache-client.enable = true;
      names = "nixsmith.cache-client.caches";
    };
    no-key = {
      config.nixsmith.cache-client = {
        enable = true;
        caches.office.url = "https://cache.example.org";
      };
      names = "nixsmith.cache-client.caches.office.publicKeys";
    };
    not-a-key = {
      config.nixsmith.cache-client = {
        enable = true;
        caches.office = {
          url = "https://cache.example.org";
          publicKeys = [ "cache.example.org-1:short=" ];
        };
      };
      names = "nixsmith.cache-client.caches.office.publicKeys";
    };
    passwords-in-the-store = {
      config.nixsmith.cache-client = {
        enable = true;
        caches.office = {
          url = "https://cache.example.org";
          publicKeys = [ "cache.example.org-1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" ];
        };
        netrcFile = "/nix/store/00000000000000000000000000000000-netrc";
      };
      names = "nixsmith.cache-client.netrcFile";
    };
  };
  mistyped = {
    no-scheme.caches.office.url = "cache.example.org";
    no-timeout.connectTimeout = 0;
  };
}
