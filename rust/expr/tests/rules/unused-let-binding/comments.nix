#@ evaluate
let # head
  a = 1;
  b = [
    # inside
  ];
  inherit ({ c = 1; d = 2; e = 3; })
    c # about c
    d
    # about e
    e
    ;
in
d
