{ lib }: { a = with lib.types; str; b = with (with lib; types); int; }
