"""What was entered becomes numbers and pictures that a careful reader can trust at n = 6.

`frames` alone reads the database into tables; `statistics` and `charts` are pure; `disclosure` is passed by
every cross-tabulation that leaves; `results` holds all numbers of one assessment, computed in one place.
"""
