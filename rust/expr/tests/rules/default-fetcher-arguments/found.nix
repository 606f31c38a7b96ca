#@ evaluate
({ fetchFromGitHub }: [
  (fetchFromGitHub {
    owner = "a";
    fetchSubmodules = false;
  })
  (fetchFromGitHub { owner = "b"; deepClone = false; })
  (fetchFromGitHub rec { owner = "c"; deepClone = false; fetchSubmodules = deepClone; })
]) {
  fetchFromGitHub = { owner, fetchSubmodules ? false, deepClone ? false }: [ owner fetchSubmodules deepClone ];
}
