final: prev: _: _unused: x: { inherit x; f = { y }: 1; g = z: { h = z; }; }
