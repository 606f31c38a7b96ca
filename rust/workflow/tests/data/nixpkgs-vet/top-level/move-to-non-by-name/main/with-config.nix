{ someDrv, enableFoo }: someDrv
