{ # head
  a /* name */ = /* value */ 1 /* end */ ; # line
  /* b1 */ b /* b2 */ . /* b3 */ c = 2; /* b4 */
  # tail
}
