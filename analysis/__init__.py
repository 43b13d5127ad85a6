"""Numbers and charts that a careful reader can trust at n = 6.

Only `frames` reads the database into tables; `statistics` and `charts` are pure; `disclosure` protects
every cross-tabulation that is shown; `results` has all numbers of one assessment, computed in one place.
"""
