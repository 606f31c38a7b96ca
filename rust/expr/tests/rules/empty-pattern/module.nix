{ ... }:
{
  imports = [
    ({ ... }: { services.nginx.enable = true; })
  ];
}
