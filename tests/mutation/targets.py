"""Which modules are mutated, and the tests that must notice. A module that moves is renamed here and nowhere else."""

STATISTICS = ["tests/analysis", "tests/test_published.py"]

TARGETS: dict[str, list[str]] = {
    **{
        f"analysis.statistics.{name}": ["tests/analysis/statistics"]
        for name in (
            "agreement",
            "days",
            "counts",
            "coverage",
            "likert",
            "numbers",
            "participants",
            "priorities",
            "profiles",
            "ranking",
            "rounding",
            "routing",
            "themes",
        )
    },
    "analysis.disclosure": ["tests/analysis/test_disclosure.py"],
    "surveys.validation": ["tests/surveys/test_validation.py"],
    "assessments.access": ["tests/test_access.py", "tests/assessments/test_member_services.py"],
    "interviews.passages": ["tests/interviews/test_passages.py"],
}
