self: super: with self; {
  byhand = callPackage ../tools/byhand { };
  variant = callPackage ../by-name/he/hello/package.nix { };
}
