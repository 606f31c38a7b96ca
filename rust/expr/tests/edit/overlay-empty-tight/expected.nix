self: super:
{
  alpha = self.callPackage ./alpha {};
}
