{ lib, builtins }: [ builtins.map lib.map ({ map = 1; }).map ]
