"""A survey as XLSForm, the spreadsheet that KoboToolbox, ODK and others read, and back.

What XLSForm has no word for (chart labels, the favourable end of a scale, which item tells the respondent's sex)
stands on a sheet of its own, `ctnat`, which other programs pass over; a plain XLSForm works without it.
"""

from instruments.xlsform.read import Reading, from_xlsform
from instruments.xlsform.write import to_xlsform

__all__ = ["Reading", "from_xlsform", "to_xlsform"]
