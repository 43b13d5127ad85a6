"""The published figures of the 2016 assessment, as far as they agree with each other.

Counts by option; every number is printed in the published report of Azerbaijan (docs/reconstruction.md gives lines).
`READ` contains the items whose figures do not add up or whose labels are lost, with the reading chosen there.
"""

# country -> interviews, people, men, women, survey responses
TOTALS = {"ARM": (16, 37, 19, 18, 6), "AZE": (14, 36, 28, 8, 7), "GEO": (10, 19, 6, 13, 6)}
STUDY = {"interviews": 40, "people": 92, "men": 53, "women": 39, "men %": 58, "women %": 42, "responses": 19}
WOMEN_RESPONDENTS = {"ARM": 6, "AZE": 1, "GEO": 6}  # 13 of 19, or 68 %
GOVERNMENT_INTERVIEWS = 21

CONSISTENT = {
    "3.1.4": {"adequate": 4, "neither": 2, "inadequate": 1},
    "3.1.6": {"adequate": 4, "inadequate": 3},
    "3.2.5": {"always": 2, "often": 2, "sometimes": 1, "rarely": 2},
    "4.1.9": {"somewhat_adequate": 4, "adequate_for_some": 1, "inadequate": 2},
    "5.1.9": {"neither": 5, "disagree": 1},
    "6.1.7": {"neither": 3, "disagree": 2},
    "7.2.1": {"sometimes": 5, "never": 1},
    "7.2.2": {"sometimes": 6},
    "7.3.3": {"easy": 2, "neither": 4},
    "7.3.4": {"easy": 2, "neither": 3, "difficult": 1},
}
READ = {
    "3.1.5": {"adequate": 4, "inadequate": 3},
    "3.2.3": {"always": 1, "often": 4, "rarely": 2},
    "3.2.4": {"often": 1, "sometimes": 3, "rarely": 2, "never": 1},
    "3.2.6": {"often": 3, "sometimes": 1, "rarely": 3},
    "5.1.4": {"agree": 2, "neither": 3, "disagree": 1},
    "5.1.5": {"agree": 2, "neither": 3, "disagree": 1},
    "5.1.6": {"agree": 1, "neither": 3, "disagree": 2},
    "5.1.7": {"agree": 2, "neither": 2, "disagree": 2},
    "6.1.1": {"agree": 2, "neither": 2, "disagree": 2},
    "6.1.2": {"agree": 1, "neither": 3, "disagree": 2},
    "6.1.3": {"agree": 1, "neither": 3, "disagree": 2},
    "6.1.4": {"neither": 4, "disagree": 1, "strongly_disagree": 1},
    "6.1.5": {"agree": 1, "neither": 3, "disagree": 1},
    "6.1.6": {"agree": 3, "neither": 1, "disagree": 1},
    "7.1.1": {"agree": 4, "neither": 1},
    "7.1.2": {"agree": 1, "neither": 4, "disagree": 1},
    "7.3.2": {"easy": 3, "neither": 2, "difficult": 1},
}

DOTS = {"A": 3, "B": 3, "D": 1, "E": 3, "G": 2, "H": 2, "J": 6, "L": 3, "M": 2, "N": 2, "P": 1}  # both columns together
NO_DOTS = "CFIKOQ"

# theme code -> interviews in which it was voiced, the base where the report gives one
THEMES = {
    "forced-marriage-minor": (2, None),
    "forced-marriage-growing": (1, None),
    "parents-hesitation": (1, None),
    "single-young-women": (1, None),
    "border-regions": (1, None),
    "no-organised-crime": (4, 6),
    "influential-companies": (1, None),
    "public-refers": (2, None),
    "indicators-2009": (1, None),
    "isolation-state-shelter": (1, None),
    "three-reflection": (1, None),
    "voluntary-returns": (1, None),
    "repatriation-no-issue": (1, None),
    "framework-comprehensive": (4, 6),
    "protocol-unaware": (1, None),
    "forced-labour-vague": (1, None),
    "criminal-and-administrative": (1, None),
    "sentences-and-corruption": (1, None),
    "labour-crime-distinction": (2, None),
    "prison-leavers": (1, None),
    "social-causes": (1, None),
    "roma-documents": (1, None),
    "enough-awareness": (1, None),
    "labour-market-study": (2, None),
    "mou-44": (1, None),
    "ngos-not-invited": (1, None),
    "effective-but-funding": (1, None),
    "between-ngos": (1, None),
}

# short name -> year of ratification or accession
TREATIES = {
    "UNTOC": 2003,
    "Trafficking Protocol": 2003,
    "ICCPR": 1992,
    "ICESCR": 1992,
    "ICERD": 1996,
    "CEDAW": 1995,
    "CAT": 1996,
    "CRC": 1992,
    "CRPD": 2009,
    "ICRWM": 1999,
    "COE Trafficking Convention": 2010,
    "C029": 1992,
    "C105": 2000,
    "C182": 2004,
}
