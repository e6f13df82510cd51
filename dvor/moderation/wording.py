"""Words in both languages for what data keep as codes: findings with what to change, and acts that have a pace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Words(NamedTuple):
    """Of one finding; ``holds``: a moderator looks before anybody else."""

    titles: Mapping[str, str]
    advice: Mapping[str, str]
    holds: bool = False


FINDINGS: Mapping[str, Words] = {
    "card_number": Words(
        {"ru": "Номер банковской карты", "en": "Number of a bank card"},
        {
            "ru": "Уберите номер карты: по нему мошенники находят человека. Отправьте его лично тому, кого знаете.",
            "en": "Take the card number out: swindlers find a person by it. Give it privately to somebody you know.",
        },
        holds=True,
    ),
    "asks_for_codes": Words(
        {"ru": "Просьба прислать код или данные карты", "en": "Asking for a code or for card data"},
        {
            "ru": "Не просите кодов из сообщений и данных карт: так поступают только мошенники.",
            "en": "Ask for no codes from messages and no card data: only swindlers do.",
        },
        holds=True,
    ),
    "messenger": Words(
        {"ru": "Приглашение перейти в мессенджер", "en": "Invitation to a messenger"},
        {
            "ru": "Уберите имя или ссылку мессенджера: соседи ответят вам личным сообщением здесь.",
            "en": "Take the messenger's name or link out: neighbours answer you here, by a private message.",
        },
        holds=True,
    ),
    "link": Words(
        {"ru": "Ссылка на сторонний сайт", "en": "Link to another site"},
        {
            "ru": "Напишите главное словами. Если ссылка нужна, дождитесь проверки модератором.",
            "en": "Say what matters in words. If the link is needed, wait until a moderator has looked at it.",
        },
        holds=True,
    ),
    "repeated_often": Words(
        {"ru": "Тот же текст много раз", "en": "The same text many times"},
        {
            "ru": "Этот текст вы уже публиковали не раз. Оставьте одну публикацию и обновляйте её.",
            "en": "You have published this text several times. Keep one publication and bring it up to date.",
        },
        holds=True,
    ),
    "phone": Words(
        {"ru": "Номер телефона", "en": "Phone number"},
        {
            "ru": "Номер увидят все в доме. Безопаснее, чтобы сосед написал вам личное сообщение. Чужой номер уберите.",
            "en": "Everybody in the house will see it. A private message is safer. Take out what is not yours.",
        },
    ),
    "email": Words(
        {"ru": "Адрес электронной почты", "en": "E-mail address"},
        {
            "ru": "Адрес увидят все в доме. Безопаснее, чтобы сосед написал вам личное сообщение. Чужой адрес уберите.",
            "en": "Everybody in the house will see it. A private message is safer. Take out what is not yours.",
        },
    ),
    "repeated": Words(
        {"ru": "Такой текст уже был", "en": "The text was there before"},
        {
            "ru": "Вы уже публиковали такой текст. Обновите прежнюю публикацию, чтобы лента не повторялась.",
            "en": "You have published this text before. Bring that one up to date instead.",
        },
    ),
    "capitals": Words(
        {"ru": "Почти всё прописными буквами", "en": "Nearly everything in capitals"},
        {
            "ru": "Пишите обычными буквами: сплошные прописные читаются как крик.",
            "en": "Write in usual letters: capitals read like shouting.",
        },
    ),
    "emojis": Words(
        {"ru": "Очень много значков", "en": "Very many pictures"},
        {
            "ru": "Оставьте один-два значка: так текст легче читать, в том числе программам для незрячих.",
            "en": "Keep one or two: the text is easier to read, by programs for the blind as well.",
        },
    ),
}

# What has a pace. An act without words here is shown by its code.
ACTS: Mapping[str, Mapping[str, str]] = {
    "*": {"ru": "Всё, у чего нет своих строк", "en": "Everything without lines of its own"},
    "ads.post": {"ru": "Разместить объявление", "en": "Post an ad"},
    "ads.edit": {"ru": "Изменить объявление", "en": "Edit an ad"},
    "chats.begin": {"ru": "Начать разговор с соседом", "en": "Begin a talk with a neighbour"},
    "chats.send": {"ru": "Написать личное сообщение", "en": "Send a private message"},
    "chats.post": {"ru": "Написать в чат дома", "en": "Write in the house chat"},
    "polls.create": {"ru": "Открыть опрос", "en": "Open a poll"},
    "polls.comment": {"ru": "Прокомментировать опрос", "en": "Comment on a poll"},
    "invites.issue": {"ru": "Создать приглашение", "en": "Make an invite"},
    "moderation.report": {"ru": "Пожаловаться", "en": "Report a publication"},
    "moderation.appeal": {"ru": "Возразить на решение", "en": "Appeal"},
}
