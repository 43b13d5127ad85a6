"""Changes: themes heard in open answers, comparisons of assessments."""
