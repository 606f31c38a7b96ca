{ lib, x }: [ lib.or (x.or or 1) { or = 1; inherit (lib) or; } (x ? or) ]
