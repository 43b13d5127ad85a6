"""What the analysis does with each type of question. No other module of the analysis names a type.

    counting    answers -> counts, places of a ranking, a summary of numbers or dates; how an item is broken down
    charts      which chart shows the result of an item
    columns     the columns of CSV, worksheet and SPSS files
    labels      an answer, and an option, in words

Each function matches on the classes of `instruments.schema` and ends with `assert_never`: mypy names what a new type
still lacks.
"""
