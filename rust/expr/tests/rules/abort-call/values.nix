{ x }: { a = if x then 1 else abort "no"; b = builtins.abort ("no" + x); }
