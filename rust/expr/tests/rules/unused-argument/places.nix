#@ evaluate
map (x: map (y: 1) [ 2 ]) [ 3 ] ++ [ ((n: let _n = 1; in _n) 1) ]
