{ lib, callPackage, ... }:

with lib;

{

  ### TOOLS

  abc = callPackage ../tools/abc { };

  abd = callPackage ../tools/abd {
    inherit (darwin) Security;
  };


  ### GAMES

  zork = callPackage ../games/zork { };

}
