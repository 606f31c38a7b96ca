with import <nixpkgs> { };
[
  # editors
  vim
  emacs

  # shells
  fish zsh # both
  bash
]
