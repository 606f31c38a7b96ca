{
  y = [
    # nothing yet

    d
  ];
}
