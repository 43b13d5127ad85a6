"""Changes to instruments, one module per noun. Each writes its audit event in the same transaction."""
