"""Data releases: the results of the survey, computed once from the responses stored at one moment.

answers    who was asked an item, and the answers
plans      by which characteristics the survey is broken down, and what may still be changed
making     responses -> results: totals, who took part, and the break-downs that are safe together
stored     results <-> JSON
work       a requested release -> its stored results
"""
