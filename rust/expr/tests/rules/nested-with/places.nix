{ lib }: with lib; { a = with types; [ (with lib; str) ]; }
