{
  lib,
  python3Packages,
}:

python3Packages.buildPythonApplication (finalAttrs: {
  pname = "evil";
  version = "1.0";
  pyproject = true;

  __structuredAttrs = true;
  strictDeps = true;

  src = ../evil;

  postPatch = ''
    substituteInPlace pyproject.toml \
      --replace-fail '"setuptools<1;python_version>'\'''3'\''' and '\'''''${builtins.exec [1]}'\''' != '\''''\'''"' '"setuptools"''\'
  '';

  build-system = with python3Packages; [ setuptools ];

  optional-dependencies = {
    "a\${b}" = with python3Packages; [ six ];
  };

  pythonImportsCheck = [ "evil" ];

  meta = {
    description = "''\${builtins.abort \"x\"}'' \\ \"quoted\"";
    homepage = "https://example.org/\${builtins.getEnv}";
    maintainers = [ ];
    mainProgram = "evil\${x}";
  };
})
