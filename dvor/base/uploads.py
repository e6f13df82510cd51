"""Fields through which residents choose files in a form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

PICTURE_TYPES = "image/jpeg,image/png,image/webp,image/gif"


class ManyPictures(forms.FileInput):
    """Several pictures at once: a telephone's gallery lets one choose them together."""

    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__(attrs={"accept": PICTURE_TYPES, "multiple": True})

    def value_from_datadict(self, data: Any, files: MultiValueDict[str, Any], name: str) -> Any:
        return files.getlist(name)
