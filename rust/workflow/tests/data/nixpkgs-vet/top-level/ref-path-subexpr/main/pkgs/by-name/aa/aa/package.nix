{ someDrv }: someDrv // { pathWithSubexpr = ./${"test"}; }
