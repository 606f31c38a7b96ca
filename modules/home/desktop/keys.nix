/**
  Key bindings that i3 and Sway share and that home-manager's own defaults lack: sound, brightness, lock, screenshot.

  # Inputs

  `modifier`: the key that starts a binding. `screenshot`: the command of the print key.

  # Output

  Attribute set, key → command, for `config.keybindings`; each with the priority of a default, so that those of home-manager and of
  the user stay.
*/
{
  lib,
  modifier,
  screenshot,
}:

lib.mapAttrs (_: lib.mkOptionDefault) {
  "${modifier}+Escape" = "exec loginctl lock-session";
  Print = "exec ${screenshot}";
  XF86AudioRaiseVolume = "exec wpctl set-volume --limit 1 @DEFAULT_AUDIO_SINK@ 5%+";
  XF86AudioLowerVolume = "exec wpctl set-volume @DEFAULT_AUDIO_SINK@ 5%-";
  XF86AudioMute = "exec wpctl set-mute @DEFAULT_AUDIO_SINK@ toggle";
  XF86AudioMicMute = "exec wpctl set-mute @DEFAULT_AUDIO_SOURCE@ toggle";
  XF86AudioPlay = "exec playerctl play-pause";
  XF86AudioNext = "exec playerctl next";
  XF86AudioPrev = "exec playerctl previous";
  XF86MonBrightnessUp = "exec brightnessctl set 5%+";
  XF86MonBrightnessDown = "exec brightnessctl set 5%-";
}
