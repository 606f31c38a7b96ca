{ a, b }: [ a (let c = 1; in [ a c ]) ]
