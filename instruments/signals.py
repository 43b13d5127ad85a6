"""Signals to the apps above, which this one may not import. The audit log receives them."""

from django.dispatch import Signal

# Sent inside the transaction of the change. Receives action ("instrument.published"), by (user), target and detail.
instrument_changed = Signal()
