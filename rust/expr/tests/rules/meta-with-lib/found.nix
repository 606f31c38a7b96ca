{ stdenv, lib }:
stdenv.mkDerivation {
  pname = "tool";
  meta = with lib; {
    # what it is
    description = "Tool that does one thing";
    license = licenses.mit;
    maintainers = with maintainers; [ alice bob ];
    platforms = platforms.linux ++ [ (head platforms.darwin) ];
    broken = stdenv.isDarwin && true;
    mainProgram = "tool-${versions.major "1.0"}";
  };
}
