"""What leaves as a file for leads: the worksheet, and the responses as CSV and SPSS."""
