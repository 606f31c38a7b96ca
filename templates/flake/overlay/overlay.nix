# `final` is the package set with every overlay applied, `prev` the one before this overlay. Take from `final` what a package
# needs, so that later overlays reach it, and from `prev` only the package that is changed here.
final: prev: {
  # added
  greet = final.callPackage ./greet.nix { };

  # changed
  hello = prev.hello.overrideAttrs (old: {
    postInstall = (old.postInstall or "") + ''
      ln -s hello $out/bin/good-day
    '';
  });

  # added to the package set of every Python
  pythonPackagesExtensions = prev.pythonPackagesExtensions ++ [
    (pythonFinal: _pythonPrev: {
      greeting = pythonFinal.callPackage ./greeting { };
    })
  ];
}
