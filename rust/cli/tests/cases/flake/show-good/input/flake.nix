{
  outputs = _: {
    checks.${builtins.currentSystem}.passes = derivation {
      name = "passes";
      system = builtins.currentSystem;
      builder = "/bin/sh";
      args = [
        "-c"
        "echo > $out"
      ];
    };
  };
}
