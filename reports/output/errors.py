"""Why a file cannot be made here."""


class FormatUnavailable(RuntimeError):
    """A program or library that a format needs is missing; the text says what to install."""
