"""Forms that came by link, kept sealed until the survey closes: boxes and receipts. Pure, but for the keys in settings.

The services are in surveys/services/sealed_answers.py; docs/data-protection.md says what is protected from whom.
"""
