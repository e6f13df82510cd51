"""The short way to the database: prepared once, and sound after whatever may happen to a statement or a connection.

Each test runs in the main thread, where psycopg waits, and in another one, where libpq does.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
from django.db.utils import NotSupportedError, ProgrammingError
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from dvor.base import sql, wire

pytestmark = pytest.mark.django_db(transaction=True)

Somewhere = Callable[[Callable[[], Any]], Any]
PREPARED = "select name, statement from pg_prepared_statements where name like 'dvor%%'"


def ask(query: str, **parameters: Any) -> list[Any]:
    return sql._run(query, parameters, label="test")


def prepared() -> list[str]:
    """What the server says that it has prepared for us, without this very question."""
    return [row.statement for row in ask(PREPARED) if "pg_prepared_statements" not in row.statement]


def number_of_server_process() -> int:
    return int(ask("select pg_backend_pid() as pid")[0].pid)


@pytest.fixture(params=["main", "thread"])
def somewhere(request: pytest.FixtureRequest) -> Somewhere:
    """Runs the work in the main thread, or in another one with a connection of its own."""

    def in_thread(work: Callable[[], Any]) -> Any:
        def alone() -> Any:
            try:
                return work()
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(alone).result()

    return in_thread if request.param == "thread" else lambda work: work()


@pytest.fixture(autouse=True)
def fresh() -> None:
    """Connections that remember nothing."""
    connection.close()
    connection.close_pool()


@pytest.fixture
def table() -> Any:
    ask("create table wire_test (id integer primary key, word text)")
    yield
    ask("drop table wire_test")


def test_a_statement_is_prepared_once_however_often_it_runs(somewhere: Somewhere) -> None:
    def work() -> None:
        for number in range(3):
            [row] = ask("select %(number)s::integer * 2 as double, %(word)s || '%%' as word", number=number, word="а")
            assert (row.double, row.word) == (number * 2, "а%")
        assert prepared() == ["select $1::integer * 2 as double, $2 || '%' as word"]

    somewhere(work)


def test_a_name_may_stand_twice_and_nothing_may_come_back(somewhere: Somewhere, table: None) -> None:
    def work() -> None:
        assert ask("insert into wire_test select %(id)s, %(id)s::text", id=7) == []
        assert ask("select id, word, null as nothing, '{\"a\": 1}'::jsonb as json from wire_test") == [
            (7, "7", None, {"a": 1})
        ]
        assert ask("select from wire_test where false") == []

    somewhere(work)


def test_without_prepared_statements_nothing_is_left_on_the_server(somewhere: Somewhere, settings: Settings) -> None:
    settings.PREPARED_STATEMENTS = False

    def work() -> None:
        assert ask("select %(number)s::integer as number", number=5)[0].number == 5
        with transaction.atomic():
            assert ask("select %(number)s::integer as number", number=6)[0].number == 6
        assert prepared() == []

    somewhere(work)


@pytest.mark.parametrize("forgetting", ["discard all", "deallocate all"])
def test_a_server_that_forgot_is_told_again(somewhere: Somewhere, forgetting: str) -> None:
    def work() -> None:
        ask("select 1 as one")
        with connection.cursor() as cursor:
            cursor.execute(forgetting)
        assert ask("select 1 as one")[0].one == 1
        assert prepared() == ["select 1 as one"]

    somewhere(work)


def test_in_a_transaction_it_fails_once_and_the_next_one_works(somewhere: Somewhere) -> None:
    def work() -> None:
        ask("select 1 as one")
        with connection.cursor() as cursor:
            cursor.execute("deallocate all")
        with pytest.raises((OperationalError, ProgrammingError)), transaction.atomic():
            ask("select 1 as one")
        with transaction.atomic():
            assert ask("select 1 as one")[0].one == 1

    somewhere(work)


def test_a_name_that_the_server_has_already_is_not_the_end(somewhere: Somewhere) -> None:
    def work() -> None:
        with connection.cursor() as cursor:
            cursor.execute("prepare dvor_0 as select 2")  # as a pooler's connection may have it from somebody else
        assert ask("select 1 as one")[0].one == 1

    somewhere(work)


def test_columns_that_a_migration_adds_are_seen(somewhere: Somewhere, table: None) -> None:
    def work() -> None:
        ask("insert into wire_test values (1, 'a')")
        assert ask("select * from wire_test")[0]._fields == ("id", "word")
        with connection.cursor() as cursor:
            cursor.execute("alter table wire_test add more integer default 3")
        assert ask("select * from wire_test")[0]._fields == ("id", "word", "more")
        with connection.cursor() as cursor:
            cursor.execute("alter table wire_test drop more")
        with pytest.raises(NotSupportedError), transaction.atomic():
            ask("select * from wire_test")
        with transaction.atomic():
            assert ask("select * from wire_test")[0]._fields == ("id", "word")

    somewhere(work)


def test_more_statements_than_are_kept_push_out_the_oldest(
    somewhere: Somewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "PREPARED_MAX", 3)

    def work() -> None:
        for number in [1, 2, 3, 4, 1]:
            ask(f"select {number} as number")
        assert prepared() == ["select 4 as number", "select 1 as number"]  # and the question itself

    somewhere(work)


def test_failures_come_as_djangos_and_a_broken_transaction_says_so(somewhere: Somewhere, table: None) -> None:
    def work() -> None:
        with pytest.raises(IntegrityError):
            ask("insert into wire_test values (1, 'a'), (1, 'b')")
        assert ask("select count(*) as rows from wire_test")[0].rows == 0
        with pytest.raises(ProgrammingError):
            ask("select nonsense")
        with transaction.atomic():
            ask("insert into wire_test values (2, 'c')")
            with pytest.raises(IntegrityError), transaction.atomic():  # a savepoint
                ask("insert into wire_test values (2, 'd')")
            with pytest.raises(DatabaseError), transaction.atomic(savepoint=False):
                ask("select 1 / 0")
            with pytest.raises(transaction.TransactionManagementError):
                ask("select 1")
            transaction.set_rollback(True)
        assert ask("select count(*) as rows from wire_test")[0].rows == 0

    somewhere(work)


def test_a_transaction_begins_with_its_first_statement_and_can_be_rolled_back(
    somewhere: Somewhere, table: None
) -> None:
    def work() -> None:
        with pytest.raises(ZeroDivisionError):
            insert_and_fail()
        assert ask("select from wire_test") == []
        with transaction.atomic():
            ask("insert into wire_test values (1, 'a')")
        assert len(ask("select from wire_test")) == 1

    somewhere(work)


@transaction.atomic
def insert_and_fail() -> None:
    ask("insert into wire_test values (1, 'a')")
    raise ZeroDivisionError


@transaction.atomic
def insert_and_lose_the_connection() -> None:
    ask("insert into wire_test values (1, 'a')")
    ask("select pg_terminate_backend(pg_backend_pid()), pg_sleep(5)")


def test_a_statement_that_takes_too_long_is_stopped_and_the_connection_goes_on(somewhere: Somewhere) -> None:
    def work() -> None:
        before = number_of_server_process()
        ask("set statement_timeout = 50")
        with pytest.raises(OperationalError):
            ask("select pg_sleep(20)")
        with pytest.raises(OperationalError), transaction.atomic():
            ask("select pg_sleep(20)")
        ask("set statement_timeout = 0")
        assert number_of_server_process() == before

    somewhere(work)


def test_a_lost_connection_is_an_operational_error_and_the_next_one_is_new(somewhere: Somewhere) -> None:
    def work() -> None:
        before = number_of_server_process()
        with pytest.raises(OperationalError):
            ask("select pg_terminate_backend(pg_backend_pid()), pg_sleep(5)")
        with pytest.raises(OperationalError):
            ask("select 1 as one")
        connection.close_if_unusable_or_obsolete()  # what Django does after a request
        assert number_of_server_process() != before

    somewhere(work)


def test_a_connection_lost_in_a_transaction_loses_it_whole(somewhere: Somewhere, table: None) -> None:
    def work() -> None:
        with pytest.raises(OperationalError):
            insert_and_lose_the_connection()
        connection.close_if_unusable_or_obsolete()
        assert ask("select from wire_test") == []

    somewhere(work)


def test_a_query_count_sees_it() -> None:
    with CaptureQueriesContext(connection) as seen:
        ask("select 1 as one")
    assert [query["sql"] for query in seen] == ["/* test */"]


def test_a_closed_connection_takes_its_wire_with_it() -> None:
    connection.ensure_connection()
    assert wire.of(connection.connection) is wire.of(connection.connection)
    first = wire.of(connection.connection)
    connection.close()
    connection.close_pool()
    connection.ensure_connection()
    assert wire.of(connection.connection) is not first
