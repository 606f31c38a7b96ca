{
  inputs = {};
  outputs = {self}: {};
}
