{ y }: y != true
