/**
  What window managers leave to others and desktops do not: asking for passwords, notifications, and the keys that i3 and Sway share.

  # Inputs

  `lib`, `pkgs`: of nixpkgs.

  # Output

  `agent`: user service that asks for the password of an administrator.
  `login command sessions`: settings of greetd, with a login in the text console.
  `keys { terminal, launcher, lock, screenshot, exit }`: key bindings in the language of i3 and Sway.
*/
{ lib, pkgs }:

let
  directions = {
    Left = "left";
    Down = "down";
    Up = "up";
    Right = "right";
    h = "left";
    j = "down";
    k = "up";
    l = "right";
  };

  move = lib.concatStrings (
    lib.mapAttrsToList (key: direction: ''
      bindsym $mod+${key} focus ${direction}
      bindsym $mod+Shift+${key} move ${direction}
    '') directions
  );

  workspaces = lib.concatMapStrings (
    number:
    let
      # the tenth is on the key 0
      key = toString (lib.mod number 10);
    in
    ''
      bindsym $mod+${key} workspace number ${toString number}
      bindsym $mod+Shift+${key} move container to workspace number ${toString number}
    ''
  ) (lib.range 1 10);
in
{
  agent.nixsmith-polkit-agent = {
    description = "Asks for the password of an administrator";
    wantedBy = [ "graphical-session.target" ];
    partOf = [ "graphical-session.target" ];
    after = [ "graphical-session.target" ];
    serviceConfig = {
      ExecStart = "${pkgs.polkit_gnome}/libexec/polkit-gnome-authentication-agent-1";
      Restart = "on-failure";
    };
  };

  login = command: sessions: {
    enable = lib.mkDefault true;
    useTextGreeter = lib.mkDefault true;
    settings.default_session.command = lib.mkDefault "${lib.getExe pkgs.tuigreet} --time --remember --remember-session --sessions ${sessions}/share/wayland-sessions --cmd '${command}'";
  };

  keys =
    {
      terminal,
      launcher,
      lock,
      screenshot,
      exit,
    }:
    ''
      set $mod Mod4
      floating_modifier $mod

      bindsym $mod+Return exec ${terminal}
      bindsym $mod+d exec ${launcher}
      bindsym $mod+Escape exec ${lock}
      bindsym $mod+Shift+q kill
      bindsym $mod+Shift+c reload
      bindsym $mod+Shift+e exec ${exit}
      bindsym Print exec ${screenshot}

      bindsym $mod+f fullscreen toggle
      bindsym $mod+v split vertical
      bindsym $mod+b split horizontal
      bindsym $mod+s layout stacking
      bindsym $mod+w layout tabbed
      bindsym $mod+e layout toggle split
      bindsym $mod+a focus parent
      bindsym $mod+space focus mode_toggle
      bindsym $mod+Shift+space floating toggle

      ${move}
      ${workspaces}
      bindsym XF86AudioRaiseVolume exec wpctl set-volume --limit 1 @DEFAULT_AUDIO_SINK@ 5%+
      bindsym XF86AudioLowerVolume exec wpctl set-volume @DEFAULT_AUDIO_SINK@ 5%-
      bindsym XF86AudioMute exec wpctl set-mute @DEFAULT_AUDIO_SINK@ toggle
      bindsym XF86AudioMicMute exec wpctl set-mute @DEFAULT_AUDIO_SOURCE@ toggle
      bindsym XF86AudioPlay exec playerctl play-pause
      bindsym XF86AudioNext exec playerctl next
      bindsym XF86AudioPrev exec playerctl previous
      bindsym XF86MonBrightnessUp exec brightnessctl set 5%+
      bindsym XF86MonBrightnessDown exec brightnessctl set 5%-
    '';
}
