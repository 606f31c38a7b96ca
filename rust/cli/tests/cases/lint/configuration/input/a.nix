{ x }: (x == true)
