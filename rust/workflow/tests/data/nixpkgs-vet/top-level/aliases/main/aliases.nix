self: super: { baz = self.foo; }
