{ lib, zlib, curl, f }:
{
  a = [ zlib ] ++ lib.optional true curl ++ lib.optional true (f curl);
  b = lib.optionals false [ curl ] ++ lib.optionals (true) (f [ curl ]);
  c = "${lib.optionalString true "yes"}${lib.optionalString false "no"}";
  d = { x = 1; } // lib.optionalAttrs true { y = 2; } // lib.optionalAttrs false { z = f; };
  # with a comment inside, the fix is not made
  e = lib.optionals false [
    # not yet
    curl
  ];
  g = lib.optional false curl;
}
