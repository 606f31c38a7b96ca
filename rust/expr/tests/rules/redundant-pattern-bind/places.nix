#@ evaluate
let
  call = f: f { a = 1; };
in
[
  (call ({ ... }@args: args.a))
  (call (args@{ ... }: args.a))
]
++ (let b = args@{ ... }: args.a; in [ (b { a = 2; }) ])
