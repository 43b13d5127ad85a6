"""What this app tells the floor above, which it may not import: the audit log listens here."""

from django.dispatch import Signal

# Sent inside the transaction of the change. Receives action ("instrument.published"), by (user), target and detail.
instrument_changed = Signal()
