"""Each type of question in the analysis. No other module of the analysis names a type.

    answers         answers -> counts, places of a ranking, a summary of numbers or dates; an answer in words
    presentation    the chart of an item, and its columns in CSV, worksheet and SPSS files

Each function matches on the classes of `instruments.schema` and ends with `assert_never`: mypy names what a new type
still lacks.
"""
