"""What the benchmarks need to measure: databases, servers, processes; the table; and its rows in `rows`."""
