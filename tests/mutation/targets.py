"""The modules to be mutated, and the tests that must notice. When a module moves, only this file needs to change."""

# The statistics have unit tests of their own; numbers, days and routing are tested through the questions that use them.
STATISTICS = (
    *("agreement", "classes", "counts", "coverage", "days", "likert", "numbers", "participants", "priorities"),
    *("profiles", "ranking", "rounding", "routing", "themes"),
)

# Enumerations of every data set, which take seconds, and concern what is shown (`breakdowns`) and not how it is made.
MAKING = [
    "tests/analysis/releases/test_making.py",
    *(
        f"--deselect=tests/analysis/releases/test_making.py::{name}"
        for name in (
            "test_no_release_of_eight_respondents_discloses_an_answer",
            "test_without_lot_and_margin_the_same_attacker_identifies_a_person",
            "test_two_releases_are_safe_together_where_each_alone_is",
            "test_those_who_left_between_two_releases_follow_from_neither",
            "test_a_table_by_sides_does_not_disclose_why_the_whole_is_not_shown",
            "test_without_the_lot_of_sides_the_same_attacker_identifies_a_person",
        )
    ),
]

REVIEW = "tests/reports/review"

TARGETS: dict[str, list[str]] = {
    **{
        f"analysis.statistics.{topic}": [
            *(f"tests/analysis/statistics/test_{name}.py" for name in ("counts", "edges", "interviews", "numbers")),
            "tests/analysis/test_item_types.py",
        ]
        for topic in STATISTICS
    },
    "analysis.disclosure": ["tests/analysis/test_disclosure.py"],
    "analysis.statistics.coded": ["tests/analysis/statistics/test_coded.py"],
    "analysis.statistics.groups": ["tests/analysis/statistics/test_groups.py"],
    **{
        f"analysis.statistics.{topic}": [
            f"tests/analysis/statistics/test_{name}.py" for name in ("coded", "certainty", "breakdowns")
        ]
        for topic in ("certainty", "breakdowns")
    },
    "analysis.releases.making": MAKING,
    **{
        f"analysis.releases.{topic}": [f"tests/analysis/releases/test_{topic}.py"]
        for topic in ("plans", "stored", "work")
    },
    "analysis.releases.answers": [
        "tests/analysis/releases/test_answers.py",
        "tests/analysis/test_versions.py",
        "tests/analysis/test_invalid_answers.py",
        *MAKING,
    ],
    **{
        f"analysis.services.{noun}": [f"tests/analysis/services/test_{noun}.py"]
        for noun in ("breakdown_plans", "releases")
    },
    "surveys.questionnaire.values": ["tests/surveys/test_validation.py", "tests/surveys/test_item_types.py"],
    "surveys.questionnaire.validation": [
        *(f"tests/surveys/test_{topic}.py" for topic in ("validation", "item_types", "rules", "conditions", "quotes")),
        *("tests/surveys/test_paper_entry.py", "tests/instruments/test_choice_filters.py"),
    ],
    "surveys.item_types": [
        f"tests/surveys/test_{topic}.py" for topic in ("validation", "item_types", "importing", "quotes", "rules")
    ],
    "surveys.sealed.boxes": ["tests/surveys/test_boxes.py"],
    "assessments.data_keys": ["tests/assessments/test_data_keys.py"],
    "assessments.fields": [
        *("tests/assessments/test_protected_fields.py", "tests/assessments/test_fields.py"),
        "tests/assessments/test_contacts.py",
    ],
    **{name: ["tests/assessments/test_erasers.py"] for name in ("assessments.erasers", "assessments.services.erasure")},
    "surveys.sealed.receipts": ["tests/surveys/test_boxes.py"],
    "assessments.access": ["tests/assessments/test_access.py", "tests/assessments/test_second_factor.py"],
    "interviews.struck": ["tests/interviews/test_struck.py"],
    "interviews.passages": ["tests/interviews/test_passages.py"],
    "indicators.services.marks": ["tests/indicators/test_services.py", "tests/indicators/test_history.py"],
    "indicators.services.recommendations": ["tests/indicators/test_services.py", "tests/indicators/test_history.py"],
    **{
        f"workshops.services.{noun}": [
            f"tests/workshops/test_{topic}.py" for topic in ("history", "services", "counting", "words_of_groups")
        ]
        for noun in ("ballots", "comments", "groups", "minutes", "verdicts", "workshops")
    },
    "reports.review.words": [f"{REVIEW}/test_words.py"],
    "reports.review.matching": [f"{REVIEW}/test_matching.py"],
    "reports.review.reading": [f"{REVIEW}/test_reading.py", f"{REVIEW}/test_reading_parts.py"],
    "reports.review.looks": [f"{REVIEW}/test_{name}.py" for name in ("looks", "reading", "reading_parts")],
    "reports.review.formats": [f"{REVIEW}/test_formats.py"],
    "reports.review.forming": [f"{REVIEW}/test_formats.py"],
    "reports.review.merging": [f"{REVIEW}/test_merging.py"],
    "interviews.counting": ["tests/interviews/test_counting.py"],
    "interviews.services.codings": [
        f"tests/interviews/test_{topic}.py" for topic in ("codings", "themes", "following", "attribution")
    ],
}
