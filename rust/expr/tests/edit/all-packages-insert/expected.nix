{ lib, callPackage, ... }:

with lib;

{

  ### TOOLS

  abc = callPackage ../tools/abc { };

  abd = callPackage ../tools/abd {
    inherit (darwin) Security;
  };

  abda = callPackage ../tools/abda { };

  abe = callPackage ../tools/abe { }; # keep


  ### GAMES

  zork = callPackage ../games/zork { };

}
