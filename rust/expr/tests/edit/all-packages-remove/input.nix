{ lib, callPackage, ... }:

with lib;

{

  ### TOOLS

  abc = callPackage ../tools/abc { };

  abd = callPackage ../tools/abd {
    inherit (darwin) Security;
  };

  abe = callPackage ../tools/abe { }; # keep


  ### GAMES

  zork = callPackage ../games/zork { };

}
