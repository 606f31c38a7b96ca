# lib/overlayFromDirectory.nix on folders of small packages and a package set of a few names.
{ runCommand, ... }:

let
  overlayFromDirectory = import ../../lib/overlayFromDirectory.nix;
  packages = ../data/lib/packages;
  twice = ../data/lib/twice;

  # the package set `before`, with the overlay on it
  extended =
    before: overlay:
    let
      final = prev // overlay final prev;
      prev = {
        base = "base";
        callPackage =
          file: arguments:
          let
            function = import file;
          in
          function (builtins.intersectAttrs (builtins.functionArgs function) final // arguments);
      }
      // before;
    in
    final;

  plain = extended { } (overlayFromDirectory {
    directory = packages;
  });
  withHello = extended { hello.place = "set"; };
in
import ../support/cases.nix { inherit runCommand; } {
  name = "lib-overlayFromDirectory";
  cases = {
    every-layout = {
      found = builtins.attrNames (overlayFromDirectory { directory = packages; } { } { });
      wanted = [
        "flat"
        "hello"
        "own"
      ];
    };
    by-shard = {
      found = plain.hello;
      wanted = {
        place = "he/hello";
        base = "base";
      };
    };
    of-one-another = {
      found = plain.own.of;
      wanted = "flat";
    };
    arguments = {
      found =
        (extended { } (overlayFromDirectory {
          directory = packages;
          arguments.hello.suffix = "!";
        })).hello.place;
      wanted = "he/hello!";
    };
    replaces-unasked.refused =
      (withHello (overlayFromDirectory {
        directory = packages;
      })).hello;
    others-of-the-folder = {
      found =
        (withHello (overlayFromDirectory {
          directory = packages;
        })).flat.place;
      wanted = "flat";
    };
    replaces-pinned = {
      found =
        (withHello (overlayFromDirectory {
          directory = packages;
          pins.hello = "he/hello";
        })).hello.place;
      wanted = "he/hello";
    };
    keeps-pinned = {
      found =
        (withHello (overlayFromDirectory {
          directory = packages;
          pins.hello = null;
        })).hello.place;
      wanted = "set";
    };
    keeps-what-is-not-there.refused =
      (extended { } (overlayFromDirectory {
        directory = packages;
        pins.hello = null;
      })).hello;
    twice.refused = overlayFromDirectory { directory = twice; } { } { };
    twice-pinned = {
      found =
        map
          (
            place:
            (extended { } (overlayFromDirectory {
              directory = twice;
              pins.hello = place;
            })).hello.place
          )
          [
            "he/hello"
            "hello"
          ];
      wanted = [
        "he/hello"
        "hello"
      ];
    };
    pin-of-nowhere.refused = overlayFromDirectory {
      directory = twice;
      pins.hello = "ab/hello";
    } { } { };
    pin-of-nothing.refused = overlayFromDirectory {
      directory = packages;
      pins.helo = "he/helo";
    } { } { };
    arguments-of-nothing.refused = overlayFromDirectory {
      directory = packages;
      arguments.helo = { };
    } { } { };
    no-folder.refused = overlayFromDirectory { directory = packages + "/absent"; } { } { };
  };
}
