#!/usr/bin/env nix
{ x }:
# a comment stays
x
