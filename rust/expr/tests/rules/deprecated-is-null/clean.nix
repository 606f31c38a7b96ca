{ lib, isNull }: [ (isNull 1) (lib.isNull 2) (map builtins.isNull [ ]) (builtins.isNull) ]
