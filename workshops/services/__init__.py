"""Changes to workshops, groups, ballots, verdicts and responses. Each writes its audit event."""
