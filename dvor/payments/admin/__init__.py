"""Payments in the console: found by their numbers, with every step; refunds with a reason; what the acquirer sent."""

from dvor.payments.admin import books, inbox

__all__ = ["books", "inbox"]
