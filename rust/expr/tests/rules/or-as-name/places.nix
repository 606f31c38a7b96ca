{ f }: [ (f or f) ]
