"""Pure arithmetic on tables: no Django, no database, no formatting except in `rounding`.

The docstring of each module defines a row (a person, an interview, a respondent, a group); they are never mixed.
"""
