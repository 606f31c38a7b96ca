let
  inner = { a, b }: a;
in
{ lib, stdenv }:
with lib;
({ c }: mkThing inner)
