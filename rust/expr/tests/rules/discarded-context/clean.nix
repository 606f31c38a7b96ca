{ pkgs }: { a = "${pkgs.hello}"; b = map builtins.unsafeDiscardStringContext [ ]; }
