"""The 2016 reconstruction, built from fixtures/demo through the services that the web pages call.

Each step is one transaction and is left out where its result exists, so that a second run changes nothing and
what was tried out in the demonstration stays.
"""

PASSWORD = "demo-field-notebook"  # noqa: S105 -- printed for everyone to use, and refused in production
