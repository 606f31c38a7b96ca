with import <nixpkgs> { };
[
  # editors
  vim
  emacs

  # shells
  fish
  bash
]
