{
  y = [
    # nothing yet
  ];
}
