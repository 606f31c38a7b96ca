{ y = (a.b or c).x; }
