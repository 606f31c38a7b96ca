self: super:
{}
