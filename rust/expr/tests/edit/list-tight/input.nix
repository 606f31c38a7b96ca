{y=[a(b)c];}
