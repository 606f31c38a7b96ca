{ base }: {
  place = "flat";
  inherit base;
}
