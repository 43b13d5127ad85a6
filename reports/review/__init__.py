"""What comes back from reviewers in Word: reading, matching, proposals, merging. Pure functions, without Django."""
