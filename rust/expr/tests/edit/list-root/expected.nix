with import <nixpkgs> { };
[
  # editors
  vim
  emacs
  helix

  # shells
  fish zsh # both
  bash
]
