"""The pages of the matrix and of recommendations, one module per page group."""
