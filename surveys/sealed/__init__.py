"""Forms sent by link, kept sealed until the survey closes: boxes and receipts. Pure, except for the keys in settings.

The services are in surveys/services/sealed_answers.py; docs/data-protection.md describes what is protected from whom.
"""
