{
	inputs = {
		nixpkgs.url = "github:nixos/nixpkgs";
		crane = {
			url = "github:ipetkov/crane";
			inputs.nixpkgs.follows = "nixpkgs";
		};
	};

	outputs = { self, nixpkgs, crane }: {
	};
}
