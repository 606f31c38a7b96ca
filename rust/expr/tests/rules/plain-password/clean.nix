{ config, lib, ... }:
{
  users.users.alice.initialPassword = "";
  users.users.bob.hashedPassword = "!";
  users.users.carol.hashedPasswordFile = "/run/secrets/carol";
  users.users.dave.hashedPassword = config.hash;
  services.it.password = "x";
  # a function in between: it is not known what becomes of it
  users.users = lib.genAttrs [ "erin" ] (name: { password = "y"; });
}
