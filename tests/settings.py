"""Settings of the tests: the product's own, on a database folder of their own."""

import os
from pathlib import Path

os.environ.setdefault("DVOR_DEMO", "yes")
os.environ.setdefault("DVOR_POOL_MAX", "20")  # the attacks come over 16 connections at once
os.environ.setdefault("DVOR_DATA", str(Path(__file__).resolve().parent.parent / ".data" / "test"))

from dvor.cli import machine
from dvor.settings import *  # noqa: F403

machine.compile_translations()  # the .mo files are not in the repository

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405 WhiteNoise warns of a missing folder
