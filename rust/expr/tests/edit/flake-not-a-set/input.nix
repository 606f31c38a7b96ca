{ pkgs, ... }: { inputs = { }; outputs = x: x; }
