with import <nixpkgs> { };
[
  emacs

  # shells
  fish zsh # both
  bash
]
