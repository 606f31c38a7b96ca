{ a = import <nixpkgs> { system = builtins.currentSystem; }; }
