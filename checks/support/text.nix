/**
  Text that is the same with every nixpkgs.

  # Output

  `withoutStorePaths text`: the text with the name of its package, without hash and version, in place of each store path.

  # Example

  withoutStorePaths "/nix/store/…-jq-1.8.1/bin/jq"  =>  "@jq@/bin/jq"
*/
{ lib }:

{
  withoutStorePaths =
    text:
    lib.concatMapStrings
      (part: if lib.isString part then part else "@${(builtins.parseDrvName (lib.head part)).name}@")
      (
        builtins.split "/nix/store/[a-z0-9]{32}-([A-Za-z0-9+._?=-]+)" (
          builtins.unsafeDiscardStringContext text
        )
      );
}
