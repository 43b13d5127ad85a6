"""The numbers of an assessment: `Results` joins what `interviews` and `survey` count."""

from analysis.results.assessment import Results, for_assessment

__all__ = ["Results", "for_assessment"]
