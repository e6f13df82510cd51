"""``python -m dvor.demo.stand_ins.acquirer``: the stand-in acquirer, one process, until it is told to stop."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from types import FrameType

from dvor.demo.stand_ins.acquirer import options


def main() -> int:
    """Serve until SIGTERM or Ctrl-C; exit code 0 then, 2 for wrong arguments."""
    asked = _arguments()
    options.chosen.database, options.chosen.notify = asked.database, asked.notify
    options.chosen.url = (asked.url or f"http://{asked.host}:{asked.port}").rstrip("/")
    os.environ["DJANGO_SETTINGS_MODULE"] = "dvor.demo.stand_ins.acquirer.settings"

    import django  # the settings read the options above

    django.setup()
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    from dvor.demo.stand_ins.acquirer import notifications, start

    start.prepare()

    class Quiet(WSGIRequestHandler):
        """No line a request."""

        def log_message(self, *_told: object) -> None: ...

    server = ThreadedWSGIServer((asked.host, asked.port), Quiet)
    server.set_app(get_wsgi_application())
    signal.signal(signal.SIGTERM, _leave)
    stop = threading.Event()
    threading.Thread(target=notifications.keep_sending, args=[stop], daemon=True).start()
    sys.stdout.write(f"acquirer: {options.chosen.url}\n")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return 0
    finally:
        stop.set()
        server.server_close()
    return 0


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="acquirer", description="The stand-in acquirer of a Dvor demo.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8002, help="port to listen on; ACQUIRER_URL must name it")
    parser.add_argument("--url", default="", help="our address as payers see it; http://HOST:PORT")
    parser.add_argument("--notify", default="", help="where notifications go; the site's own address for them")
    parser.add_argument("--database", default="acquirer", help="database on Dvor's PostgreSQL server, made if missing")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
