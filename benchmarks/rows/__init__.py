"""The rows of the table of benchmarks: one module per kind of work, each with `rows()`."""
