{ }: { place = "hello"; }
