# TODO: this
{
  /* FIXME(me) that, XXX
     HACK */
  a = 1;
}
