"""How the REST API answers, whatever the resource: operations, routes, pages, lines, shapes, rules."""
