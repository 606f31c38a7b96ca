{
  lib,
  stdenv,
  jdk,
  jre_headless,
  makeWrapper,
  stripJavaArchivesHook,
}:

stdenv.mkDerivation {
  pname = "greet";
  version = "0.1.0";

  src = lib.fileset.toSource {
    root = ./.;
    fileset = lib.fileset.unions [
      ./src
      ./test
    ];
  };

  strictDeps = true;

  nativeBuildInputs = [
    jdk
    makeWrapper
    # the archive's time stamps
    stripJavaArchivesHook
  ];

  buildPhase = ''
    runHook preBuild
    javac -Xlint:all -Werror -d classes $(find src -name '*.java')
    jar --create --file greet.jar --main-class greet.Main -C classes .
    runHook postBuild
  '';

  doCheck = true;
  checkPhase = ''
    runHook preCheck
    javac -cp greet.jar -d tests $(find test -name '*.java')
    java -cp greet.jar:tests -enableassertions greet.GreetingTest
    runHook postCheck
  '';

  installPhase = ''
    runHook preInstall
    install -Dm444 greet.jar -t $out/share/java
    makeWrapper ${lib.getExe jre_headless} $out/bin/greet --add-flags "-jar $out/share/java/greet.jar"
    runHook postInstall
  '';

  meta = {
    description = "Greet someone";
    license = lib.licenses.mit;
    mainProgram = "greet";
    platforms = lib.platforms.unix;
  };
}
