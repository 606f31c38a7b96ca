{ mdDoc, ... }: { a = mdDoc "A."; b = "lib.mdDoc"; }
