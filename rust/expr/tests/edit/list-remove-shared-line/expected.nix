with import <nixpkgs> { };
[
  # editors
  vim
  emacs

  zsh # both
  bash
]
