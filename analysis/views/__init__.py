"""Pages of the analysis: one module per group of pages."""
