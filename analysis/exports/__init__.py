"""Files for leads: the worksheet, and the responses as CSV and SPSS."""
