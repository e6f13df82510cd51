"""Jobs of notices: the mails of one batch."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from dvor.base import clock
from dvor.notices.channels import mail as channel


@app.task(retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def mail(*, batch: str, **_later: object) -> None:
    """Send what is still due of one batch; retried after 16 s … 18 h while the mail server does not answer."""
    channel.send(batch=batch, at=clock.now())
