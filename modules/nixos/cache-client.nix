# The binary caches that Nix asks: addresses, their keys, and what happens if one does not answer.
{
  config,
  lib,
  ...
}:

let
  inherit (lib) mkOption types;
  cfg = config.nixsmith.cache-client;
  option = "nixsmith.cache-client";

  caches = lib.attrValues cfg.caches;

  # the address, with the priority that overrides the cache's own
  address =
    cache:
    if cache.priority == null then
      cache.url
    else
      "${cache.url}${if lib.hasInfix "?" cache.url then "&" else "?"}priority=${toString cache.priority}";

  isKey = key: builtins.match "[^: ]+:[A-Za-z0-9+/]{43}=" key != null;

  cacheModule = {
    options = {
      url = mkOption {
        type = types.strMatching "(https?|file|s3|ssh|ssh-ng)://[^ ]+";
        example = "https://cache.example.org";
        description = "Where the cache is.";
      };

      publicKeys = mkOption {
        type = types.listOf types.str;
        default = [ ];
        example = [ "cache.example.org-1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" ];
        description = "The keys whose signatures are trusted, as {command}`nix key convert-secret-to-public` prints them.";
      };

      priority = mkOption {
        type = types.nullOr types.ints.positive;
        default = null;
        example = 10;
        description = "The smallest number is asked first; `null` for what the cache says of itself.";
      };
    };
  };
in
{
  options.nixsmith.cache-client = {
    enable = lib.mkEnableOption "asking further binary caches";

    caches = mkOption {
      type = types.attrsOf (types.submodule cacheModule);
      default = { };
      example = lib.literalExpression ''
        {
          office = {
            url = "https://cache.example.org";
            publicKeys = [ "cache.example.org-1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" ];
            priority = 10;
          };
        }
      '';
      description = "The caches, by a name of your own.";
    };

    onlyThese = mkOption {
      type = types.bool;
      default = false;
      description = "Whether to ask no other cache, not even the one that NixOS asks by default.";
    };

    fallback = mkOption {
      type = types.bool;
      default = true;
      description = "Whether to build what a cache promised and did not deliver.";
    };

    connectTimeout = mkOption {
      type = types.ints.between 1 300;
      default = 5;
      example = 2;
      description = "Seconds until a cache that does not answer is given up.";
    };

    netrcFile = mkOption {
      type = types.nullOr types.str;
      default = null;
      example = "/var/lib/secrets/netrc";
      description = "File with the passwords of caches that ask for one. It must not lie in the store.";
    };
  };

  config = lib.mkIf cfg.enable {
    assertions = [
      {
        assertion = cfg.caches != { };
        message = "${option}.caches is empty: name a cache, or do not set ${option}.enable.";
      }
      {
        assertion = cfg.netrcFile != null -> !lib.hasPrefix builtins.storeDir cfg.netrcFile;
        message = "${option}.netrcFile lies in the store, where everybody may read it: ${toString cfg.netrcFile}";
      }
      {
        assertion = config.nix.enable;
        message = "${option}.enable needs nix.enable.";
      }
    ]
    ++ lib.mapAttrsToList (name: cache: {
      assertion = cache.publicKeys != [ ];
      message = "${option}.caches.${name}.publicKeys is empty, so nothing of this cache would be accepted.";
    }) cfg.caches
    ++ lib.concatLists (
      lib.mapAttrsToList (
        name: cache:
        map (key: {
          assertion = isKey key;
          message = "${option}.caches.${name}.publicKeys has what is not a key of the form `<name>:<base64 of 32 bytes>`: ${key}";
        }) cache.publicKeys
      ) cfg.caches
    );

    nix.settings = {
      substituters = (if cfg.onlyThese then lib.mkForce else lib.id) (map address caches);
      trusted-public-keys = lib.concatMap (cache: cache.publicKeys) caches;
      inherit (cfg) fallback;
      connect-timeout = cfg.connectTimeout;
    }
    // lib.optionalAttrs (cfg.netrcFile != null) { netrc-file = cfg.netrcFile; };
  };
}
