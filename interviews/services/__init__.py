"""Changes to interviews, answers, themes and codings. Each takes `by=user` and writes its audit event."""
