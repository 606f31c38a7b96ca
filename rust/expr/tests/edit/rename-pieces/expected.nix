{
  inputs."c d".url = "x";
  inputs."c d".flake = false;
  inputs.b = { };
}
