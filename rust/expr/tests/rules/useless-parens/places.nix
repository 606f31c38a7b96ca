#@ evaluate
let
  double = (x: 2 * x);
  f = a: a;
in
(
  {
    a = map (double) [ 1 ];
    b = (([ 1 ]));
    c = f("x");
    d = ({ e = 1; }).e;
    # kept: the comment has no other place
    e = (
      # why
      1 + 1
    );
    g = "${("x")}";
  }
)
