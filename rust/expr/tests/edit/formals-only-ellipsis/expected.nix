{ pkgs, ... }:
1
