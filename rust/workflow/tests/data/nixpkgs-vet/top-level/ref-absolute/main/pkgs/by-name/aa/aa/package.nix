{ someDrv }: someDrv // { escape = /foo; }
