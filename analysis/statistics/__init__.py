"""Pure arithmetic on tables: no Django, no database, no formatting except in `rounding`.

Every module says in its docstring what a row is (a person, an interview, a respondent, a group); they are never mixed.
"""
