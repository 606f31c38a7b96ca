self: super: { foo-variant-unvarianted = self.callPackage ./../by-name/fo/foo/package.nix { }; }
