{ lib, width }: [ (6 / 2) ./width/2 lib/default.nix foo/2 (width / 2) lib/systems width/2/3 ../1 ]
