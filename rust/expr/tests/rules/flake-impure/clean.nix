#@ path: flake.nix
{
  outputs = { self, builtins }: {
    a = builtins.currentSystem;
    b = ./file;
    c = "/etc/hostname";
    d = "<nixpkgs>";
    e = import <nix/fetchurl.nix>;
  };
}
