"""How phones, cards, links and messengers look in a text, spaced out too.

Each pattern is linear in the length of the text: nothing here backtracks over what a stranger wrote.
"""

from __future__ import annotations

import re
import unicodedata

# Letters that look the same in both alphabets, as the Cyrillic one: «oтдaм» is «отдам».
LOOK_ALIKE = str.maketrans("aceopxyktmhbё", "асеорхуктмнве")

_DIGITS = re.compile(r"\d(?:[ \t().\-–—_*]{0,3}\d){9,22}")
_EMAIL = re.compile(r"[\w.+\-]{1,64} ?(?:@|\(at\)|\[at\]|\(собака\)|\[собака\]) ?[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,5}")
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"']{1,500}"
    r"|(?<![\w@.\-])(?:[a-zа-яё0-9\-]{1,63}\.){1,5}(?:ru|su|com|net|org|info|biz|online|site|shop|store|xyz|top|club|pro|io"
    r"|me|ly|cc|app|link|рф|рус|москва|дети|онлайн|сайт)(?![\w\-])(?:/[^\s<>\"']{0,500})?",
    re.IGNORECASE,
)
_MESSENGER = re.compile(
    r"(?<!\w)(?:t\.me|wa\.me|telegram\.me|joinchat|viber://|tg://|whatsapp://)[^\s]{0,100}"
    r"|(?<!\w)(?:telegram|телеграмм?|whats ?app|ват[сц]ап{1,2}|вотсап{1,2}|viber|вайбер|signal|сигнал|тг|tg|wa)"
    r"[ :,\-–—]{0,3}@?[a-z][a-z0-9_]{4,31}(?!\w)"
    r"|(?<![\w.])@[a-z][a-z0-9_]{4,31}(?!\w|\.\w)",
    re.IGNORECASE,
)
_CODES = re.compile(
    r"(?:пришли|скинь|скажи|назов|сообщи|продиктуй|отправь|введи)\w{0,4} (?:\w{1,20} ){0,3}"
    r"(?:код\w{0,3}|cvv|cvc|пин|пароль|номер\w{0,3} карт\w{1,3}|данные карт\w{1,3})(?!\w)"
    r"|(?<!\w)(?:cvv2?|cvc2?)(?!\w)",
    re.IGNORECASE,
)
_JOINED = ("\u200d", "\ufe0f")


def phones(text: str) -> list[str]:
    """Numbers of ten or eleven digits as Russian phones have them, however they are spaced."""
    numbers = ((match[0], _plain(match[0])) for match in _DIGITS.finditer(text))
    return [shown for shown, number in numbers if _is_phone(number) and not _card(number)]


def cards(text: str) -> list[str]:
    """Numbers of 16 to 19 digits with the check digit of a bank card (ISO/IEC 7812-1), shown without their middle."""
    numbers = (_card(_plain(match[0])) for match in _DIGITS.finditer(text))
    return [f"{number[:4]} •••• {number[-4:]}" for number in numbers if number]


def emails(text: str) -> list[str]:
    """Addresses, also those with «(at)» or «(собака)»."""
    return [match[0] for match in _EMAIL.finditer(text)]


def links(text: str) -> list[str]:
    """Addresses of sites that are not messengers'; a mail's domain is none."""
    return [
        match[0]
        for match in _LINK.finditer(text)
        if not _MESSENGER.match(match[0].split("://")[-1].removeprefix("www."))
    ]


def messengers(text: str) -> list[str]:
    """Invitations to go on in a messenger: names and links."""
    return [match[0] for match in _MESSENGER.finditer(text)]


def asks_for_codes(text: str) -> list[str]:
    """Who asks for a card's data or for a code from a message has no good in mind."""
    return [match[0] for match in _CODES.finditer(text)]


def emojis(text: str) -> int:
    """How many pictures of letter size there are; what is joined to one counts with it."""
    return sum(unicodedata.category(one) == "So" for one in text if one not in _JOINED)


def _plain(place: str) -> str:
    return "".join(str(unicodedata.digit(one, "")) for one in place)


def _card(number: str) -> str:
    """The card that these digits begin with (its month and year may follow), or nothing."""
    if len(number) < 16 or number[0] not in "23456":
        return ""
    return next((number[:size] for size in range(16, min(len(number), 19) + 1) if _luhn(number[:size])), "")


def _is_phone(number: str) -> bool:
    return (len(number) >= 11 and number[0] in "78" and number[1] in "3489") or (number[0] == "9" and len(number) == 10)


def _luhn(number: str) -> bool:
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
