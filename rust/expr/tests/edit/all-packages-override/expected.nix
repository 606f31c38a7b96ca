{ lib, callPackage, ... }:

with lib;

{

  ### TOOLS

  abc = callPackage ../tools/abc {
    python = python3;
  };

  abd = callPackage ../tools/abd {
    inherit (darwin) Security;
  };

  abe = callPackage ../tools/abe { }; # keep


  ### GAMES

  zork = callPackage ../games/zork { };

}
