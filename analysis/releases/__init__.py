"""Data releases: the results of the survey, worked out once from the responses of one moment.

answers    whom an item was put to, and what they answered
plans      by which characteristics the survey is broken down, and what may still be changed
making     responses -> results: totals, who took part, and the break-downs that are safe together
stored     results <-> JSON
work       a release that was asked for -> its stored results
"""
