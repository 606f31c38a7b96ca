# What makes a desktop a whole: who lets people in, what locks, sounds, shows letters and answers for portals.
config:

let
  names = map (package: (builtins.parseDrvName package.name).name);
  sorted = builtins.sort builtins.lessThan;
in
{
  session = config.services.displayManager.defaultSession;
  sessions = sorted config.services.displayManager.sessionData.sessionNames;
  login = builtins.filter (name: config.systemd.units ? ${name}) [
    "cosmic-greeter-daemon.service"
    "display-manager.service"
    "greetd.service"
  ];
  greeter =
    if config.services.greetd.enable then
      config.services.greetd.settings.default_session.command
    else
      null;
  sound = {
    pipewire = config.services.pipewire.enable;
    pulse = config.services.pipewire.pulse.enable;
    realtime = config.security.rtkit.enable;
  };
  fonts = map (name: builtins.elem name (names config.fonts.packages)) [
    "noto-fonts"
    "noto-fonts-cjk-sans"
    "noto-fonts-color-emoji"
  ];
  portals = sorted (names config.xdg.portal.extraPortals);
  keyboard = config.services.xserver.xkb.layout;
  # what may ask for a password when the screen is locked
  lock = builtins.filter (name: config.security.pam.services ? ${name}) [
    "cosmic-greeter"
    "gdm-password"
    "hyprlock"
    "i3lock"
    "kde"
    "swaylock"
    "xfce4-screensaver"
  ];
  userServices = builtins.filter (name: config.systemd.user.services ? ${name}) [
    "hypridle"
    "nixsmith-polkit-agent"
    "waybar"
    "xss-lock"
  ];
  userFiles = builtins.filter (
    rule: builtins.match ".*nixsmith.*" rule != null
  ) config.systemd.user.tmpfiles.rules;
  network = config.networking.networkmanager.enable;
}
