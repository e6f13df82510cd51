"""What is new, and what was said last, counted twice: by SQL, and by plain Python over all rows."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest

from dvor.base.refusals import Refusal
from dvor.chats import access, blocks, messages, queries, seats
from dvor.chats.models import Block, Chat, Message, Seat
from dvor.chats.moderated import MESSAGE
from dvor.people.models import Resident
from tests.chats.conftest import World, say, talk

STEPS = 120


def stir(world: World, chance: random.Random, at: datetime) -> None:
    """Something that somebody does in one of the chats; what is refused is not done."""
    people = [world.anna, world.boris, world.dina]
    by = chance.choice(people)
    chat = chance.choice([world.house, talk(world.anna, world.boris, at), talk(world.anna, world.dina, at)])
    written = list(Message.objects.filter(chat=chat).order_by("pk"))
    one = chance.choice(written) if written else None
    act = chance.choice(["say", "say", "say", "see", "remove", "hide", "restore", "block", "unblock", "mute"])
    try:
        if act == "say" or one is None:
            say(chat, by, at, f"Слово {chance.random()}")
        elif act == "see":
            access.reach(chat.pk, by=by, at=at)
            seats.see(chat, one.pk, by=by)
        elif act == "remove":
            messages.remove(one.pk, by=by, at=at)
        elif act in ("hide", "restore"):
            (MESSAGE.hide if act == "hide" else MESSAGE.restore)(one.pk, at)
        elif act == "block":
            blocks.block(one.pk, by=by, at=at)
        elif act == "unblock":
            blocks.unblock(chance.choice(people).pk, by=by)
        else:
            seats.mute(chat.pk, is_muted=chance.random() < 0.5, by=by, at=at)
    except Refusal:
        pass


def twin(reader: Resident, chat: Chat) -> tuple[int, str | None]:
    """How much is new to a reader in a chat, and its last word for him."""
    blocked = set(Block.objects.filter(resident=reader).values_list("blocked", flat=True))
    seat = Seat.objects.filter(chat=chat, resident=reader).first()
    seen, counts = seat.seen_id if seat else 0, chat.is_talk or seat is not None
    new, last = 0, None
    for message in Message.objects.filter(chat=chat).order_by("pk"):
        is_own = message.writer_id == reader.pk
        if message.writer_id in blocked or (message.hidden_at and not is_own):
            continue
        last = message.text
        new += counts and message.pk > seen and not is_own and message.removed_at is None
    return new, last


@pytest.mark.parametrize("seed", range(6))
def test_the_list_says_what_plain_counting_says(world: World, at: datetime, seed: int) -> None:
    chance = random.Random(seed)
    for step in range(STEPS):
        stir(world, chance, at + timedelta(minutes=step))
        if step % 20 != 19:
            continue
        for reader in (world.anna, world.boris, world.dina):
            cards = queries.cards(access.of(reader, at=at), at=at)
            total = 0
            for card in cards:
                new, last = twin(reader, Chat.objects.get(pk=card.id))
                assert (card.unread, card.said.text if card.said else None) == (new, last)
                total += 0 if card.is_muted else new
            assert queries.unread(reader, at=at) == total
    chat = Chat.objects.get(pk=world.house.pk)
    revisions = list(Message.objects.filter(chat=chat).values_list("revision", flat=True))
    assert len(set(revisions)) == len(revisions) and max(revisions, default=0) == chat.revision
