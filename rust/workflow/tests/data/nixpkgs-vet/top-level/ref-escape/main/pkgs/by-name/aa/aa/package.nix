{ someDrv }: someDrv // { escape = ../.; }
