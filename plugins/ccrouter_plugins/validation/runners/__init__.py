"""Programs that run inside a project's own Python; copied out of the package, importing nothing of it."""
