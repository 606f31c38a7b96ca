{ inputs.a.inputs.b.follows = "c"; }
