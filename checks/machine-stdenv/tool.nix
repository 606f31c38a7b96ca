/**
  A derivation whose `bin` are links to programs of the machine.

  # Inputs

  `name`, `version`: as in nixpkgs. `programs`: attribute set, name of the link → absolute path, or a name looked up in /usr/bin.
  `files`: attribute set, path in the output → absolute path. `setupHook`: text. `outputs`: all equal.
*/
{ system }:

{
  name,
  version ? "machine",
  programs ? { },
  files ? { },
  setupHook ? "",
  outputs ? [ "out" ],
  passthru ? { },
  meta ? { },
}:

let
  absolute = target: if builtins.substring 0 1 target == "/" then target else "/usr/bin/${target}";
  links =
    map (link: "bin/${link} ${absolute programs.${link}}") (builtins.attrNames programs)
    ++ map (link: "${link} ${files.${link}}") (builtins.attrNames files);
  derived = derivation {
    name = "${name}-${version}";
    inherit system outputs setupHook;
    links = builtins.concatStringsSep "\n" links;
    builder = "/bin/sh";
    PATH = "/usr/bin:/bin";
    args = [
      "-euc"
      ''
        for output in $outputs; do
          eval "place=\$$output"
          mkdir -p "$place"
          [ -z "$links" ] || printf '%s\n' "$links" | while read -r link target; do
            mkdir -p "$place/''${link%/*}"
            ln -s "$target" "$place/$link"
          done
          if [ -n "$setupHook" ]; then
            mkdir -p "$place/nix-support"
            printf '%s' "$setupHook" > "$place/nix-support/setup-hook"
          fi
        done
      ''
    ];
  };
  package =
    derived
    // {
      pname = name;
      inherit version;
      meta = {
        mainProgram = name;
        outputsToInstall = outputs;
      }
      // meta;
      override = _: package;
      overrideAttrs = _: package;
      inherit passthru outputs;
      outputSpecified = false;
    }
    // builtins.listToAttrs (
      map (output: {
        name = output;
        value = derived.${output} // {
          pname = name;
          inherit version passthru;
          meta = meta;
          outputSpecified = true;
        };
      }) outputs
    )
    // passthru;
in
package
