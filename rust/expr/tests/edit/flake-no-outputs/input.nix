{ description = "x"; inputs.nixpkgs.url = "nixpkgs"; }
