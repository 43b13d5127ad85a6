"""Pages of the analysis: one module a group of pages."""
