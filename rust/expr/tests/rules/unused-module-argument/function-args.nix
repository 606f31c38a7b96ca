#@ evaluate
builtins.functionArgs ({ config, lib, ... }: lib)
