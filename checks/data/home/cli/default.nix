# The program and its completions.
{
  tree = [ "cli" ];
  example.nixsmith.cli.enable = true;
  mistyped = {
    a-word.enable = "yes";
    a-name.package = "nixsmith";
  };
}
