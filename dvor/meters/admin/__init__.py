"""The console's meters, windows and files."""

from dvor.meters.admin import devices, files, windows

__all__ = ["devices", "files", "windows"]
