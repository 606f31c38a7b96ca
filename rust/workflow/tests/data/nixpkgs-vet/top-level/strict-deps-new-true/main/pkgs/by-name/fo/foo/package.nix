{ someDrv }: someDrv // { strictDeps = true; }
