{ a = ./new.nix; }
