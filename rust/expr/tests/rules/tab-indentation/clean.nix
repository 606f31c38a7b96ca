{
  # every line begins with a tab
  a = ''
	all: hello
	cc
	'';
  # the tab stands behind the spaces
  b = ''
    all: hello
    	cc
  '';
  c = "
	x
  y";
  d = ''
    ${"x"}	y
  '';
}
