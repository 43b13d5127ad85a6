"""Changes, one module per noun: each function is one transaction with its audit event."""
