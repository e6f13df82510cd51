"""``python -m dvor.demo.stand_ins.city_id``: the stand-in city ID, one process, until it is told to stop."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from dvor.demo.stand_ins.city_id import options


def main() -> int:
    """Serve until SIGTERM or Ctrl-C; exit code 0 then, 2 for wrong arguments."""
    asked = _arguments()
    options.chosen.database, options.chosen.persons = asked.database, asked.persons
    os.environ["DJANGO_SETTINGS_MODULE"] = "dvor.demo.stand_ins.city_id.settings"

    import django  # the settings read the options above

    django.setup()
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    from dvor.demo.stand_ins.city_id import start

    start.prepare()

    class Quiet(WSGIRequestHandler):
        """No line a request: addresses carry codes."""

        def log_message(self, *_told: object) -> None: ...

    server = ThreadedWSGIServer((asked.host, asked.port), Quiet)
    server.set_app(get_wsgi_application())
    signal.signal(signal.SIGTERM, _leave)
    sys.stdout.write(f"city ID: http://{asked.host}:{server.server_port}\n")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return 0
    finally:
        server.server_close()
    return 0


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="city_id", description="The stand-in city ID of a Dvor demo.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8001, help="port to listen on; CITY_ID_ISSUER must name it")
    parser.add_argument("--database", default="city_id", help="database on Dvor's PostgreSQL server, made if missing")
    parser.add_argument("--persons", type=Path, default=options.PERSONS, help="TOML file of who can sign in")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
