"""Mutation testing: change one place of the code at a time, and see whether a test notices.

    python3 dev.py mutate              every module of targets.py, one after the other
    python3 dev.py mutate rounding     the modules whose name contains the word

Why a runner of our own: mutmut leaves decorated functions alone, and every service here is decorated with
`transaction.atomic`; neither mutmut nor cosmic-ray changes tables at module level as `assessments.access` has them; and
cosmic-ray starts pytest, Django and a new database for each mutant, which takes hours. Here pytest starts once for
all modules with the same tests, and each mutant is a fork in which the functions get other code (`runner.py`).
The kinds of mutants are in `operators.py`, the modules and their tests in `targets.py`, and survivors that are
accepted in `accepted.toml`, each with its reason.

Time and memory are bounded: each mutant runs only the tests that reach its line, first those that noticed other
changes of the same function, then the quickest, and stops at the first that fails; it is killed when a test takes ten
times the processor time that it needs, and when it asks for more than 1 GiB. The command fails where a module falls
below 95 % of the mutants that are not accepted.

Measured on 30 November 2026 (`share`: killed of those that are not accepted); `analysis.releases.answers` is below
what is asked for since it decides who was offered an option:

    module                               mutants killed accepted    share
    analysis.disclosure                      157    154        2    99.4%
    analysis.releases.answers                123    110        0    89.4%
    analysis.releases.plans                   77     75        2   100.0%
    analysis.releases.stored                 118    113        0    95.8%
    analysis.releases.work                    57     52        5   100.0%
    analysis.services.breakdown_plans        135    128        7   100.0%
    analysis.services.releases                90     86        4   100.0%
    analysis.statistics.certainty            342    329       12    99.7%
    analysis.statistics.groups               192    186        6   100.0%
    assessments.access                       121    121        0   100.0%
    assessments.data_keys                     77     76        1   100.0%
    assessments.fields                       170    167        2    99.4%
    assessments.services.erasure             172    168        2    98.8%
    indicators.services.marks                457    440       15    99.5%
    indicators.services.recommendations      307    295        6    98.0%
    interviews.counting                       27     25        2   100.0%
    interviews.passages                      323    311       11    99.7%
    interviews.struck                        176    171        5   100.0%
    surveys.questionnaire.values              21     21        0   100.0%
    surveys.sealed.boxes                      59     55        4   100.0%
    surveys.sealed.receipts                   37     37        0   100.0%
    workshops.services.ballots               179    171        8   100.0%
    workshops.services.groups                175    168        4    98.2%
    workshops.services.verdicts              318    300        5    95.8%

Measured on 29 November 2026, and the module is still the same:

    module                               mutants killed accepted    share
    analysis.statistics.agreement            110    110        0   100.0%
    analysis.statistics.likert                36     36        0   100.0%
    analysis.statistics.numbers              107    106        1   100.0%
    analysis.statistics.participants          38     38        0   100.0%
    analysis.statistics.priorities            30     30        0   100.0%
    analysis.statistics.profiles               6      6        0   100.0%
    analysis.statistics.ranking               30     30        0   100.0%
    analysis.statistics.rounding              58     57        1   100.0%

Measured before; the module, its tests or what is accepted of it has changed since, so that these figures are not
certain:

    module                               mutants killed accepted    share
    analysis.releases.making                 465    451       10    99.1%
    analysis.statistics.breakdowns           124    124        0   100.0%
    analysis.statistics.counts                62     61        1   100.0%
    analysis.statistics.coverage             116    115        1   100.0%
    analysis.statistics.days                  47     46        1   100.0%
    analysis.statistics.routing               23     23        0   100.0%
    analysis.statistics.themes               127    123        0    96.9%
    assessments.erasers                       90     89        1   100.0%
    surveys.item_types                       492    489        3   100.0%
    surveys.questionnaire.validation          93     93        0   100.0%
    workshops.services.comments              380    364       10    98.4%
    workshops.services.workshops             294    270        7    94.1%

Below 95 % when they were measured, with tests written since and not measured again: interviews.services.codings,
workshops.services.minutes.
"""
