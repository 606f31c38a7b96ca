{
	services = {
		nginx.enable = true;
		nginx.virtualHosts = {
		  "a.b" = { };
		};
	};
}
