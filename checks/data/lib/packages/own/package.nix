{ flat }: {
  place = "own";
  of = flat.place;
}
