{ # head
  a /* name */ = /* value */ 1 /* end */ ; # line
  # tail
}
