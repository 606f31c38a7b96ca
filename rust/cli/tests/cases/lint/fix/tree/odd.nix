{ x }: { b = x; c = # why
x; } 
