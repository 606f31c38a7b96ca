{ a }: let { ${a} = 1; body = let "b" = 1; ${"c"} = 2; d.${a} = 3; in { ${a} = b; "e${a}" = c; inherit "d"; inherit ${"b"}; }; }
