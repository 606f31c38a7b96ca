{ x }: [ (builtins.toPath x) (__toPath x) (map builtins."toPath" x) ]
