{ a, b, ... }@c: { a, b }: a: a
