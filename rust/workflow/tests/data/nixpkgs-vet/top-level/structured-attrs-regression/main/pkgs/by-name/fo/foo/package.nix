{ someDrv }: someDrv.overrideAttrs (_: _: { __structuredAttrs = false; })
