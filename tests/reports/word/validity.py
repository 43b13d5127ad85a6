"""What the validator of the standard finds in a Word file."""

from tempfile import NamedTemporaryFile

from openxml_audit import OpenXmlValidator


def faults(content: bytes) -> list[str]:
    """The errors; none for a file that Word opens without repairing it."""
    with NamedTemporaryFile(suffix=".docx") as file:
        file.write(content)
        file.flush()
        return [str(error) for error in OpenXmlValidator().validate(file.name).errors]
