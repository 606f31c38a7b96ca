{ lib, zlib, curl, f }:
{
  a = [ zlib ] ++ lib.optional true curl ++ lib.optional true (f curl);
  b = lib.optionals false [ curl ] ++ lib.optionals (true) (f [ curl ]);
  c = "${lib.optionalString true "yes"}${lib.optionalString false "no"}";
  d = { x = 1; } // lib.optionalAttrs true { y = 2; } // lib.optionalAttrs false { z = f; };
  # what is kept is kept
  e = lib.optionals false [
    # not yet
    curl
  ];
  g = lib.optional false curl;
}
