final: prev:

{
  # ours
  alpha = final.callPackage ./alpha { };
  gamma = final.callPackage ./gamma { };
}
