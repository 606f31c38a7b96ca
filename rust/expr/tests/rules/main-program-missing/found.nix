{ buildGoModule }:
buildGoModule {
  pname = "tool";
  meta.description = "Tool that does one thing";
}
