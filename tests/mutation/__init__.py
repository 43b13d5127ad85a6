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

Measured on 30 November 2026 (`share`: killed of those that are not accepted):

    module                               mutants killed accepted    share
    analysis.disclosure                      151    148        2     99.3%
    analysis.releases.answers                131    129        0     98.5%
    analysis.releases.making                 474    457       10     98.5%
    analysis.releases.plans                   77     75        2    100.0%
    analysis.releases.stored                 167    165        0     98.8%
    analysis.releases.work                    60     54        6    100.0%
    analysis.services.breakdown_plans        135    128        7    100.0%
    analysis.services.releases                90     86        4    100.0%
    analysis.statistics.breakdowns           129    126        0     97.7%
    analysis.statistics.certainty            342    329       12     99.7%
    analysis.statistics.classes               38     37        0     97.4%
    analysis.statistics.coded                 76     72        2     97.3%
    analysis.statistics.counts                86     85        1    100.0%
    analysis.statistics.coverage              47     44        1     95.7%
    analysis.statistics.days                 138    138        0    100.0%
    analysis.statistics.groups               192    186        6    100.0%
    analysis.statistics.numbers              221    219        1     99.5%
    analysis.statistics.routing                8      8        0    100.0%
    analysis.statistics.themes               115    111        0     96.5%
    assessments.access                       121    121        0    100.0%
    assessments.data_keys                     77     76        1    100.0%
    assessments.erasers                       91     87        1     96.7%
    assessments.fields                       170    167        2     99.4%
    assessments.services.erasure             173    171        2    100.0%
    indicators.services.marks                457    440       15     99.5%
    indicators.services.recommendations      307    295        6     98.0%
    interviews.counting                       27     25        2    100.0%
    interviews.passages                      323    311       11     99.7%
    interviews.services.codings              337    320       17    100.0%
    interviews.struck                        176    171        5    100.0%
    reports.review.formats                   176    172        0     97.7%
    reports.review.forming                   247    245        0     99.2%
    reports.review.looks                     132    129        0     97.7%
    reports.review.matching                  803    769       15     97.6%
    reports.review.merging                   130    128        2    100.0%
    reports.review.reading                   718    683       25     98.6%
    reports.review.words                     135    134        1    100.0%
    surveys.item_types                       644    616        3     96.1%
    surveys.questionnaire.validation         190    189        0     99.5%
    surveys.questionnaire.values              21     21        0    100.0%
    surveys.sealed.boxes                      59     55        4    100.0%
    surveys.sealed.receipts                   37     37        0    100.0%
    workshops.services.ballots               179    171        8    100.0%
    workshops.services.comments              383    366       12     98.7%
    workshops.services.groups                175    168        4     98.2%
    workshops.services.minutes               111    104        5     98.1%
    workshops.services.verdicts              318    300        5     95.8%
    workshops.services.workshops             301    287        7     97.6%

Measured on 29 November 2026, and the module is still the same:

    module                               mutants killed accepted    share
    analysis.statistics.agreement            110    110        0    100.0%
    analysis.statistics.likert                36     36        0    100.0%
    analysis.statistics.participants          38     38        0    100.0%
    analysis.statistics.priorities            30     30        0    100.0%
    analysis.statistics.profiles               6      6        0    100.0%
    analysis.statistics.ranking               30     30        0    100.0%
    analysis.statistics.rounding              58     57        1    100.0%
"""
