{ lib, ... }:
{
  users.users.alice.initialPassword = "hunter2";
  users = {
    users.bob = lib.mkIf true {
      isNormalUser = true;
      hashedPassword = "$6$abc$def";
    };
  };
  users.extraUsers."carol" = { password = ''
    secret
  ''; };
}
