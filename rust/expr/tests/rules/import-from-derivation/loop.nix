let
  a = b;
  b = a;
in
import a
