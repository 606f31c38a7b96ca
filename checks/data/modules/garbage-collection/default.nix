# Ten generations, two weeks, twenty gibibytes.
{
  example.nixsmith.garbage-collection = {
    enable = true;
    keepGenerations = 10;
    olderThanDays = 14;
    freeGibibytes = 20;
    optimise = true;
  };

  units = [
    "nixsmith-garbage-collection.service"
    "nixsmith-garbage-collection.timer"
  ];
  scripts = [ "nixsmith-garbage-collection" ];

  second = {
    example.nixsmith.garbage-collection = {
      enable = true;
      olderThanDays = null;
      userProfiles = false;
    };
    scripts = [ "nixsmith-garbage-collection" ];
  };

  refused.another-collector = {
    config = {
      nixsmith.garbage-collection.enable = true;
      nix.gc.automatic = true;
    };
    names = "nix.gc.automatic";
  };
  mistyped = {
    keeps-none.keepGenerations = 0;
    negative-space.freeGibibytes = 0 - 1;
  };
}
