"""The pages of the validation workshop, one module per page group."""
