"""Error reports wait a week for the one who loaded the file."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dvor.base.files import kept


@pytest.fixture(autouse=True)
def _data(tmp_path: Path, settings: Any) -> None:
    settings.DATA = tmp_path


def test_a_report_is_found_by_its_owner_only(at: datetime) -> None:
    path = kept.new_report(owner_id=7, at=at)
    path.write_text("x")
    assert kept.report(path.name, owner_id=7) == path
    assert kept.report(path.name, owner_id=8) is None


@pytest.mark.parametrize("name", ["", "..", "7-x.csv", "../7-" + "0" * 32 + ".csv", "7-" + "0" * 32 + ".csv"])
def test_no_other_file_is_found(name: str) -> None:
    assert kept.report(name, owner_id=7) is None


def test_old_reports_go(at: datetime) -> None:
    old, young = kept.new_report(owner_id=7, at=at), kept.new_report(owner_id=7, at=at)
    for path, age in ((old, timedelta(days=8)), (young, timedelta(days=6))):
        path.write_text("x")
        moment = (at - age).timestamp()
        os.utime(path, (moment, moment))
    kept.new_report(owner_id=7, at=at)
    assert (old.exists(), young.exists()) == (False, True)
