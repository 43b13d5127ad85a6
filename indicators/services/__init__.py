"""Changes to marks and recommendations. Each writes its audit event and keeps how things were."""
