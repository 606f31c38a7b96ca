#@ path: flake.nix
{ outputs = _: { a = builtins.currentSystem or "x86_64-linux"; b = builtins ? getEnv; }; }
