#@ evaluate
[ (builtins.map builtins.toString [ 1 ]) (let map = builtins.map; in map (x: builtins.map) [ ]) (builtins.null or 1) builtins."null" ]
