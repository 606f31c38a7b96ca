{ version = "2"; }
