"""Dvor, the open-source electronic house."""
