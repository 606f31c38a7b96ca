{ a }: { inherit a; inherit ({ b = 1; }) b; }
