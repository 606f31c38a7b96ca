{ x }: x == true
