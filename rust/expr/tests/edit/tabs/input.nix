{
	services = {
		nginx.enable = true;
	};
}
