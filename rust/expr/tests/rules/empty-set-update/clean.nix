{ x }: [ (x // { a = 1; }) ({ } == x) (rec { b = 1; } // x) ({ inherit x; } // x) ]
