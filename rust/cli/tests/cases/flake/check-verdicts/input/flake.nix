{
  description = "outputs of every kind, some of them broken";

  outputs =
    { self }:
    let
      system = builtins.currentSystem;
      build =
        name: command:
        derivation {
          inherit name system;
          builder = "/bin/sh";
          args = [
            "-c"
            command
          ];
        };
    in
    {
      packages.${system} = {
        good = build "good-1.0" "echo > $out" // {
          meta.description = "What is\n good";
        };
        missing = self.nothing;
        number = 1;
      };
      packages.other-system.elsewhere = throw "never looked at";
      checks.${system} = {
        fails = build "fails" "echo it is bad; exit 3";
        passes = build "passes" "echo > $out";
        throws = throw "not so";
      };
      apps.${system} = {
        run = {
          type = "app";
          program = "/nix/store/a/bin/a";
        };
        wrong.type = "app";
      };
      formatter.${system} = build "formatter" "";
      overlays = {
        default = final: prev: { };
        wrong = 3;
      };
      nixosModules.default = { };
      templates = {
        default = {
          path = ./.;
          description = "This folder";
        };
        wrong.path = ./nothing;
      };
      lib.x = 1;
    };
}
