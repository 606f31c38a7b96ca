{ x, abort }: { a = abort "no"; b = throw "no"; c = map builtins.abort; }
