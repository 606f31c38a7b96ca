{ buildGoModule }:
buildGoModule { pname = "tool"; meta.mainProgram = "tool"; }
