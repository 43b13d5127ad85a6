"""What a web server or a worker says in its log when it starts."""

import logging

from django.db import Error, connection

from assessments.demonstration import accounts_of_demonstration, demonstration_refused

LOGGER = logging.getLogger(__name__)


def warn_at_start() -> None:
    """Name accounts of the demonstration on a site on which they may not be."""
    if not demonstration_refused():
        return
    try:
        found = list(accounts_of_demonstration().values_list("email", flat=True))
    except Error:  # the database is not there yet: whoever needs it says so
        return
    finally:
        connection.close()  # before the web server makes its processes, which must not share one
    if found:
        LOGGER.warning(
            "Accounts of the demonstration are on this site in production: %s. They cannot sign in. Remove them with "
            "manage.py remove_demo, or set CTNAT_DEMONSTRATION=1.",
            ", ".join(found),
        )
