{ version = "1"; }
