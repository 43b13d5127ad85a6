"""A survey as XLSForm, the spreadsheet that KoboToolbox, ODK and others read, and back.

What XLSForm cannot express (chart labels, the favourable end of a scale, which item asks for the respondent's sex)
is on a sheet of its own, `ctnat`, which other programs ignore; a plain XLSForm works without it.
"""

from instruments.xlsform.files import read_form
from instruments.xlsform.reading import Reading, from_xlsform, read
from instruments.xlsform.write import to_xlsform

__all__ = ["Reading", "from_xlsform", "read", "read_form", "to_xlsform"]
