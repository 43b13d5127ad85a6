"""Changes to marks and recommendations. Each writes its audit event and stores the earlier state."""
