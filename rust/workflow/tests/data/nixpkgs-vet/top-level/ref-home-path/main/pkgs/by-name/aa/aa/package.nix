{ someDrv }: someDrv // { home = ~/foo; }
