{ someDrv }: someDrv.overrideAttrs (_: _: { strictDeps = false; })
