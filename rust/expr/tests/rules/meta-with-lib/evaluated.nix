#@ evaluate
let
  lib = {
    licenses = {
      mit = "MIT";
    };
    maintainers = {
      alice = "a";
    };
    platforms = {
      linux = [ "x86_64-linux" ];
    };
  };
  stdenv.mkDerivation = set: set.meta;
in
stdenv.mkDerivation {
  pname = "tool";
  meta = with lib; {
    license = licenses.mit;
    maintainers = with maintainers; [ alice ];
    platforms = platforms.linux;
  };
}
