x: let in a
