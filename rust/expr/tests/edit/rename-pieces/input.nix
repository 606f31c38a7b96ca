{
  inputs.a.url = "x";
  inputs.a.flake = false;
  inputs.b = { };
}
