self: super: with self; { }
