{
  inputs = { };

  outputs = { }: { };
}
