{ someDrv }: someDrv // { nixPath = <nixpkgs>; }
