# A report that fails if something is wrong.
{
  example.nixsmith.health-report = {
    enable = true;
    diskPercent = 80;
    failWhenUnhealthy = true;
    onFailure = [ "notify-admin.service" ];
  };

  units = [
    "nixsmith-health-report.service"
    "nixsmith-health-report.timer"
  ];
  scripts = [ "nixsmith-health-report" ];

  refused.never-fails = {
    config.nixsmith.health-report = {
      enable = true;
      onFailure = [ "notify-admin.service" ];
    };
    names = "nixsmith.health-report.failWhenUnhealthy";
  };
  mistyped = {
    more-than-full.diskPercent = 101;
    keeps-none.keep = 0;
  };
}
