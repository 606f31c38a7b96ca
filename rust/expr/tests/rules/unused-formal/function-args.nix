#@ evaluate
let
  f = { a, b, ... }: a;
in
builtins.functionArgs f
