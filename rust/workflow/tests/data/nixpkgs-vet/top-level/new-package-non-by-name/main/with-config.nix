{ someDrv, enableNew }: someDrv
