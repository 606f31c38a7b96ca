self: super: { bar = self.foo; }
