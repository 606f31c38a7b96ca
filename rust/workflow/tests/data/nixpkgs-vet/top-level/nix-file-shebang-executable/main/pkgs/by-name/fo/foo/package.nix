#!/usr/bin/env nix-shell
{ someDrv }: someDrv
