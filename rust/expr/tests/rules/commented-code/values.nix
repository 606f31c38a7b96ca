{
  enable = true;
  # port = 8080;
  # extra = {
  #   a = [ 1 2 ];
  # };

  #x.y = "z";
  z = 1; # w = 2;
}
