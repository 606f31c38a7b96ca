self: super: { futureEval = throw "foo"; }
