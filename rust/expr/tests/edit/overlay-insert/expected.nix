final: prev:

{
  # ours
  alpha = final.callPackage ./alpha { };
  beta = final.callPackage ./beta { };
  gamma = final.callPackage ./gamma { };
}
