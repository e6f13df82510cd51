"""What the API refuses, in YooKassa's shape of an error."""

from __future__ import annotations

from typing import Any
from uuid import uuid4


class Fault(Exception):
    """An error answer: HTTP status, the API's code, a description, and the parameter at fault."""

    def __init__(self, status: int, code: str, description: str, *, parameter: str = "") -> None:
        super().__init__(code)
        self.status, self.code, self.description, self.parameter = status, code, description, parameter

    def shown(self) -> dict[str, Any]:
        told = {"type": "error", "id": str(uuid4()), "code": self.code, "description": self.description}
        return {**told, "parameter": self.parameter} if self.parameter else told


def invalid(description: str, *, parameter: str = "") -> Fault:
    return Fault(400, "invalid_request", description, parameter=parameter)


def unknown(what: str) -> Fault:
    return Fault(404, "not_found", f"{what} doesn't exist or access denied", parameter="id")


def broken() -> Fault:
    return Fault(500, "internal_server_error", "Internal error. Repeat the request with the same idempotence key")
