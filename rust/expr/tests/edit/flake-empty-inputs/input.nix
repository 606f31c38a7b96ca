{
  inputs = { };

  outputs = { self }: { };
}
