/**
  One value for each system, made with the package set of that system.

  # Inputs

  `nixpkgs`: the flake, or the path of a nixpkgs tree.
  `systems`: names of systems; by default the four that nixpkgs builds for.
  `overlays`, `config`: as nixpkgs takes them. Without both, a flake's `legacyPackages` are used, which Nix evaluates only once.

  Then the function from a package set to the value.

  # Output

  Attribute set, system → value. It is an error to name a system twice, or one that is not of the form `<cpu>-<kernel>`.

  # Example

  forAllSystems { inherit nixpkgs; } (pkgs: { default = pkgs.hello; })
  =>  { aarch64-darwin = { default = «derivation»; }; aarch64-linux = …; … }
*/
{
  nixpkgs,
  systems ? [
    "aarch64-darwin"
    "aarch64-linux"
    "x86_64-darwin"
    "x86_64-linux"
  ],
  overlays ? [ ],
  config ? { },
}:
make:

let
  isPlain = overlays == [ ] && config == { };

  packageSet =
    system:
    if isPlain && nixpkgs ? legacyPackages.${system} then
      nixpkgs.legacyPackages.${system}
    else
      import nixpkgs { inherit system overlays config; };

  # the system itself, or the reason why it is none
  checked =
    system:
    let
      isString = builtins.isString system;
    in
    if !isString || builtins.match "[a-z0-9_]+-[a-z0-9]+" system == null then
      throw "forAllSystems: not a system of the form `<cpu>-<kernel>`: ${
        if isString then "`${system}`" else "a ${builtins.typeOf system}"
      }"
    else if builtins.length (builtins.filter (other: other == system) systems) > 1 then
      throw "forAllSystems: a system is named twice: `${system}`"
    else
      system;
in
builtins.listToAttrs (
  map (system: {
    name = checked system;
    value = make (packageSet system);
  }) systems
)
