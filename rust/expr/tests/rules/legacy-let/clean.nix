let x = { body = 1; }; in rec { y = x.body; body = y; }.body
