#@ evaluate
let
  # as nixpkgs has them
  lib.foldr = op: nul: list: builtins.foldl' (a: b: op b a) nul list;
  lib.fold = lib.foldr;
  lib.version = "26.11";
  lib.nixpkgsVersion = lib.version;
in
[
  (lib.fold (a: b: a + b) "" [ "a" "b" ])
  lib.nixpkgsVersion
]
