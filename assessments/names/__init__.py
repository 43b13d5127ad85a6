"""Find names of people and of agencies in a text, however they are spelled. Pure functions, without Django.

    finder = NameFinder([Person("AZEint1", "Rashad Example")], [Agency(1, ("Ministry of Examples", "MoE"))])
    finder.find("As Mr. R. EXAMPLE said")  ->  [Found(start, end, ...)]

A word is compared by its sound: the letters of every script are written in Latin ones (anyascii), and spellings that
differ only by transliteration are made the same ("Əliyev", "Aliev", "Алиев", "ალიევი" -> "alav"). Arabic
script leaves vowels out, so there only the consonants are compared.

A match is certain or probable. Certain: at least two parts of a name beside each other in any order; a family name with
an initial of the same person; a distinctive family name alone. Probable: a family name that is also a common word, a
place or part of another name; a given name alone; initials alone. Names are never used as a regular expression, and
each text is read once, however many names there are.
"""

from assessments.names.finder import NameFinder
from assessments.names.matches import Agency, Found, Kind, Person
from assessments.names.parts import parts_of, people_in
from assessments.names.sounds import romanise
from assessments.names.vocabulary import BREAK

__all__ = ["BREAK", "Agency", "Found", "Kind", "NameFinder", "Person", "parts_of", "people_in", "romanise"]
