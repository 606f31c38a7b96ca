{
  ...
}@args:
1
