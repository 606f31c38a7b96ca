{
  a = ''
    all: hello
	cc -o hello hello.c
  '';
  b = ''
	  one
      ${"x"} two
    '';
}
