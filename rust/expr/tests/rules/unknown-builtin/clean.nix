[
  builtins.attrNames
  (if builtins ? newThing then builtins.newThing else 1)
  (builtins.otherThing or 1)
  (let builtins = { x = 1; }; in builtins.x)
  (if builtins.hasAttr "third" builtins then builtins.third else 2)
  builtins.wasm
]
