# todo, METHODOLOGY, TODOs and mkTODO_x are something else
{ a = "TODO"; }
