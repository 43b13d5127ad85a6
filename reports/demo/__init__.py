"""The 2016 reconstruction, built from fixtures/demo through the services that the web pages call.

Each step is one transaction and is skipped where its result exists, so that a second run changes nothing and
changes made in the demonstration are kept.
"""

PASSWORD = "demo-field-notebook"  # noqa: S105 -- printed for everyone to use, and refused in production
