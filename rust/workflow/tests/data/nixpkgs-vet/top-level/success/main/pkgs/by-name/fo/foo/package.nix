{ someDrv }: someDrv
