"""What residents type in a chat."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from dvor.base import texts
from dvor.base.uploads import ManyPictures
from dvor.chats.messages import Draft
from dvor.chats.models import KEY_LENGTH_MAX, PICTURES_MAX, TEXT_LENGTH_MAX


class FilesField(forms.FileField):
    """Files as they came; what is in them, and how many they are, is looked at by ``album``."""

    def clean(self, data: Sequence[Any], initial: Any = None) -> Any:
        return list(data)


class MessageForm(forms.Form):
    """A message: words, pictures, or both; and the one that it answers."""

    text = forms.CharField(
        label=_("Message"), required=False, max_length=TEXT_LENGTH_MAX, widget=forms.Textarea(attrs={"rows": 1})
    )
    pictures = FilesField(
        label=_("Pictures, up to %(most)s") % {"most": PICTURES_MAX},
        required=False,
        widget=ManyPictures(),
    )
    quoted = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    key = forms.CharField(widget=forms.HiddenInput, max_length=KEY_LENGTH_MAX)

    @classmethod
    def fresh(cls, quoted_id: int | None = None) -> MessageForm:
        return cls(initial={"key": str(uuid4()), "quoted": quoted_id})

    @property
    def quoted_id(self) -> int | None:
        """The message that is answered, as far as the form knows it."""
        return texts.number(str(self["quoted"].value() or ""))

    def draft(self) -> Draft:
        """What is to be sent, after ``is_valid``."""
        told = self.cleaned_data
        return Draft(told["text"], told["pictures"], told["quoted"])
