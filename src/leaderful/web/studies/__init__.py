"""Studies, who may do what in them, their people and their waves."""
