{ someDrv }: someDrv // { __structuredAttrs = true; }
