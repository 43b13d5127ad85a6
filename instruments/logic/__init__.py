"""Conditions and constraints of a questionnaire, as trees. No database, no request.

    tree      what a tree may contain: `check`, `references`, `replace`; the limits
    grammar   `parse`: the text of an XLSForm expression -> a tree
    writing   `write`: a tree -> the text of an XLSForm expression
    evaluate  `holds`, `evaluate`: a tree and the answers so far -> a value; `static/js/logic.js` does the same
    sentence  `describe`: a tree as a sentence

Only `sentence` knows the schema, which imports `tree` itself.
"""
