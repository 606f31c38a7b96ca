{ pkgs }: { a = builtins.unsafeDiscardStringContext "${pkgs.hello}"; }
