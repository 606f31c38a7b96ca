{ a, ... }@args: { b, ... }@_all: { c, d ? all.c, ... }@all: a + b + c + d + args.e
