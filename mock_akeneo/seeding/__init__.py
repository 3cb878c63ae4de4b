"""How a catalog comes into being: from files of API bodies, or made up."""
