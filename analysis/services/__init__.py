"""Changes: themes of open answers, plans of break-downs, data releases, comparisons of assessments."""
