"""Pages, one module per page group."""
