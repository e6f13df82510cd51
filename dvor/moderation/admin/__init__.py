"""The console's moderation: cases, the public list of reasons, and how often one may act."""

from dvor.moderation.admin import cases, rules

__all__ = ["cases", "rules"]
