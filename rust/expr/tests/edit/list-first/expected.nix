with import <nixpkgs> { };
[
  ed
  # editors
  vim
  emacs

  # shells
  fish zsh # both
  bash
]
