#@ path: flake.nix
{
  outputs = _: {
    a = import <nixpkgs> { system = builtins.currentSystem; };
    b = builtins.readFile /etc/hostname;
    c = builtins.getEnv "HOME";
    d = ~/config;
    e = builtins.currentTime;
  };
}
