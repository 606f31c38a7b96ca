{ lib }: lib.id
