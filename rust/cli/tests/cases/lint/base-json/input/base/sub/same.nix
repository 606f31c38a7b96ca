{ x }: x == false
