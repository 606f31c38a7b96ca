final: prev:

{
  alpha = final.callPackage ./alpha { };
  # ours
  beta = final.callPackage ./beta { };
  gamma = final.callPackage ./gamma { };
}
