final: prev:

{
  # ours
  beta = final.callPackage ./beta { };
  gamma = final.callPackage ./gamma { };
}
