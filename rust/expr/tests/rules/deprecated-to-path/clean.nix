{ builtins, lib, toPath }: [ (builtins.toPath 1) (lib.toPath 2) (toPath 3) { toPath = 4; } ]
