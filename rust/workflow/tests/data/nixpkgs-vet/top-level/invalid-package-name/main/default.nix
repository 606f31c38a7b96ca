import <test-nixpkgs> { root = ./.; }
