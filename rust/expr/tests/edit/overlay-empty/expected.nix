final: prev: {
  alpha = final.callPackage ./alpha { };
}
