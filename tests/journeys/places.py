"""The pages that are looked at: by people on pictures, by axe for accessibility, by a ruler for overflow."""

from __future__ import annotations

# (name of the picture, path); what a signed-in resident of the demo district sees.
RESIDENT = (
    ("home", "/"),
    ("feed", "/feed/"),
    ("feed-houses", "/feed/houses/?search=садовая"),
    ("meters", "/meters/"),
    ("bills", "/bills/"),
    ("bill-scan", "/bills/scan/"),
    ("payments", "/payments/"),
    ("pay", "/payments/new/"),
    ("autopay", "/payments/auto/"),
    ("polls", "/polls/"),
    ("poll-ask", "/polls/ask/"),
    ("points", "/points/"),
    ("knowledge", "/knowledge/"),
    ("article", "/knowledge/reading/"),
    ("rewards", "/rewards/"),
    ("orders", "/orders/"),
    ("invites", "/invites/"),
    ("ads", "/ads/"),
    ("ads-mine", "/ads/mine/"),
    ("ad-new", "/ads/new/"),
    ("chats", "/chats/"),
    ("chats-blocked", "/chats/blocked/"),
    ("flats", "/flats/"),
    ("flat-add", "/flats/add/"),
    ("notifications", "/notifications/"),
    ("preferences", "/notifications/preferences/"),
    ("contacts", "/contacts/"),
    ("more", "/more/"),
    ("profile", "/profile/"),
    ("figures", "/figures/"),
    ("moderation", "/moderation/"),
    ("moderation-cases", "/moderation/cases/"),
)
STRANGER = (
    ("welcome", "/"),
    ("sign-in", "/sign-in/"),
    ("knowledge-public", "/knowledge/"),
    ("rewards-public", "/rewards/"),
    ("figures-public", "/figures/"),
    ("contacts-public", "/contacts/"),
)
