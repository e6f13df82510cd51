"""A row's own page: in the operator's language, with what can be done to the row and where it leads."""

from __future__ import annotations

import re
from datetime import datetime
from html.parser import HTMLParser

import pytest
from django.contrib.admin.utils import label_for_field
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from dvor.base import audit
from dvor.base.console import ReadOnlyAdmin, site
from dvor.console import acts
from dvor.homes.models import Flat, Residency
from dvor.ledger import wallets
from dvor.ledger.models import Wallet
from dvor.people.models import Resident, Role
from tests.cast import Cast
from tests.tidy import source

pytestmark = pytest.mark.django_db
ADMINS = sorted(
    ((model, found) for model, found in site._registry.items() if isinstance(found, ReadOnlyAdmin)), key=str
)


class Forms(HTMLParser):
    """How deep forms stand in each other: a browser drops a form within a form."""

    depth = deepest = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.depth += tag == "form"
        self.deepest = max(self.deepest, self.depth)

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == "form"


@pytest.fixture
def wallet(cast: Cast, at: datetime) -> Wallet:
    wallets.block(resident_id=cast.anna.pk, reason="Two accounts", by=cast.olga, at=at)
    return Wallet.objects.get(resident=cast.anna)


def page_of(client: Client, row: Model, language: str = "en") -> str:
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    answer = client.get(reverse(name, args=[row.pk]), headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("model", [Flat, Residency, Wallet, Resident, Role], ids=lambda model: model.__name__)
def test_the_page_of_a_row_opens_and_holds_no_form_in_a_form(olga: Client, wallet: Wallet, model: type[Model]) -> None:
    row = model._default_manager.first()
    assert row is not None
    for language in ("ru", "en"):
        forms = Forms()
        forms.feed(page_of(olga, row, language))
        assert (forms.deepest, forms.depth) == (1, 0)


@pytest.mark.parametrize(("model", "model_admin"), ADMINS, ids=lambda one: getattr(one, "__name__", ""))
def test_every_word_of_a_list_and_a_row_is_russian(cast: Cast, model: type[Model], model_admin: ReadOnlyAdmin) -> None:
    request = RequestFactory().get("/console/")
    request.user = cast.olga
    with translation.override("ru"):
        shown = [*model_admin.get_list_display(request), *model_admin.get_fields(request)]
        foreign = {
            f"{model.__name__}.{name}: {label}"
            for name in shown
            if not re.search("[а-яё№]", (label := str(label_for_field(name, model, model_admin))).lower())
        }
    assert not foreign


def test_programmers_notes_are_not_shown_to_operators(olga: Client, cast: Cast) -> None:
    notes = [field.help_text for field in Flat._meta.get_fields() if getattr(field, "help_text", "")]
    page = page_of(olga, cast.flat)
    assert not [note for note in notes if str(note) in page]


def test_a_row_offers_only_what_can_be_done_to_it(olga: Client, wallet: Wallet) -> None:
    page = page_of(olga, wallet)
    assert "Lift the block" in page
    assert "Block the wallet" not in page


def test_an_action_of_a_rows_page_leads_back_to_it(olga: Client, wallet: Wallet) -> None:
    address = reverse("admin:ledger_wallet_change", args=[wallet.pk])
    chosen = {"action": "unblock", "_selected_action": [wallet.pk], "from_row": "yes"}
    asked = olga.post("/console/ledger/wallet/", chosen)
    assert f'href="{address}"' in asked.content.decode()
    assert f"Wallet {wallet.pk}" in asked.content.decode()
    done = olga.post("/console/ledger/wallet/", {**chosen, "confirmed": "yes", "reason": "It was a mistake"})
    assert done["Location"] == address


def test_a_resident_leads_to_everything_that_is_known_of_them(olga: Client, cast: Cast, wallet: Wallet) -> None:
    page = page_of(olga, cast.anna)
    for listing in ("homes/residency", "ledger/wallet", "rewards/order", "notices/notice"):
        link = f"/console/{listing}/?resident={cast.anna.pk}"
        assert link in page
        assert olga.get(link).status_code == 200
    assert f"/console/awards/?resident={cast.anna.pk}" in page
    found = olga.get(f"/console/ledger/wallet/?resident={cast.anna.pk}").content.decode()
    assert reverse("admin:ledger_wallet_change", args=[wallet.pk]) in found


def test_a_moderator_is_led_nowhere_else(cast: Cast) -> None:
    Role.objects.create(resident=cast.boris, name=Role.Name.MODERATOR, granted_at=cast.boris.joined_at)
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.boris)
    page = page_of(client, cast.anna)
    assert "/console/ledger/wallet/" not in page
    assert "/console/awards/" not in page


def test_the_log_tells_acts_in_words_and_leads_to_their_subjects(olga: Client, cast: Cast, wallet: Wallet) -> None:
    listed = olga.get("/console/base/auditentry/", {"q": f"wallet:{wallet.pk}"}).content.decode()
    assert "A wallet was blocked" in listed
    assert reverse("admin:ledger_wallet_change", args=[wallet.pk]) in listed
    assert reverse("admin:people_resident_change", args=[cast.olga.pk]) in listed
    assert "A wallet was blocked" in olga.get("/console/").content.decode()


@pytest.mark.parametrize("subject", ["", "wallet:", "wallet:x", "nothing:1", "meters:1..5", "registry:a:b.csv"])
def test_a_subject_without_a_page_is_only_a_word(olga: Client, cast: Cast, at: datetime, subject: str) -> None:
    assert acts.address(subject) == ""
    audit.record(act="people.role.granted", subject=subject, by=None, at=at, facts={"имя": "Ёж", "rows": [1]})
    entry = olga.get("/console/base/auditentry/", {"act": "people.role.granted"})
    assert entry.status_code == 200


def test_every_act_of_the_code_has_its_words() -> None:
    written = set()
    for path in source.files(".py"):
        if "/models.py" not in path.as_posix() and "test" not in path.name:
            written |= set(re.findall(r'act="([a-z_]+\.[a-z_]+\.[a-z_]+)"', path.read_text(encoding="utf-8")))
    assert not {act for act in written if act not in acts.ACTS}, "dvor/console/acts.py"
