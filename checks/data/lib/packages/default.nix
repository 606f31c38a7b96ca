{ }: { place = "default"; }
