{
  description = "Only this";

  outputs = { self }: { lib.answer = 42; };
}
