{ }: { place = "he/hello"; }
