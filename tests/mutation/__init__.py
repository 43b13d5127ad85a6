"""Mutation testing: change one place of the code at a time, and see whether a test notices.

    python3 dev.py mutate              every module of targets.py, one after the other
    python3 dev.py mutate rounding     the modules whose name contains the word

Why a runner of our own: mutmut leaves decorated functions alone, and every service here is decorated with
`transaction.atomic`; neither mutmut nor cosmic-ray changes tables at module level as `assessments.access` has them; and
cosmic-ray starts pytest, Django and a new database anew for each mutant, which takes hours. Here pytest starts once for
all modules with the same tests, and each mutant is a fork of it that gets other code into its functions (`runner.py`).
What counts as a mutant is in `operators.py`, which modules are tested by what in `targets.py`, and survivors that are
right to survive in `accepted.toml`, each with its reason.

Time and memory are bounded: each mutant runs only the tests that reach its line, the quickest first, and stops at the
first that fails; it is killed when a test takes ten times the processor time that it needs, and when it asks for more
than 1 GiB. The command fails where a module falls below 95 % of the mutants that are not accepted.

Measured on 29 November 2026, before the tests that these survivors asked for: agreement 107 of 112 killed, counts 58
of 62, coverage 84 of 101, days 44 of 47, likert 34 of 36, numbers 106 of 114, participants 34 of 41, priorities 27 of
28, profiles 29 of 46, ranking 29 of 30, rounding 54 of 58, routing 23 of 24, interviews.passages 205 of 231.
"""
