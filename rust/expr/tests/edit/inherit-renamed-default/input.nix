{ inherit (a.b or c) x; }
