"""Catalogues of all packages become one at run time: a text must not have two translations, or the last one wins."""

from collections import defaultdict

import polib

from tests.tidy import source


def test_a_text_has_one_translation() -> None:
    told: dict[tuple[str | None, str], dict[str, str]] = defaultdict(dict)
    for path in source.PACKAGES.glob("*/locale/ru/LC_MESSAGES/django.po"):
        for entry in polib.pofile(str(path)):
            if not entry.obsolete:
                told[entry.msgctxt, entry.msgid][path.parts[-5]] = entry.msgstr or str(entry.msgstr_plural)
    torn = [f"{text!r}: {versions}" for (_, text), versions in told.items() if len(set(versions.values())) > 1]
    assert not torn, "\n".join(torn)
