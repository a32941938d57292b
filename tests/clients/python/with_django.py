import django
from django.conf import settings
from django_snippet import database

from exercise import ROUTES, expect, fails, main, url

settings.configure(
    DATABASES={
        # The default one must be first: migrations go there.
        "default": database(url("WRITE")),
        **{route: database(url(route)) for route in [*ROUTES, "WRONG_CA"]},
    },
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "shop"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
)
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connections, transaction  # noqa: E402
from shop.models import Item  # noqa: E402


def opens():
    for route in ROUTES:
        with connections[route].cursor() as cursor:
            cursor.execute("SELECT pg_is_in_recovery()")
            expect((route, cursor.fetchone()[0]), (route, "READ" in route))


def migrates():
    call_command("migrate", verbosity=0)
    call_command("migrate", "shop", "0001", verbosity=0)
    call_command("migrate", "shop", verbosity=0)


def reads_and_writes():
    pooled = Item.objects.using("POOLED_WRITE")
    with transaction.atomic(using="POOLED_WRITE"):
        pooled.all().delete()
        pooled.bulk_create(Item(name=f"item {n}", amount=n) for n in range(100))
    expect(sum(one.amount for one in pooled.iterator(chunk_size=10)), 4950)
    expect(pooled.get(name="item 7").amount, 7)


def removes():
    call_command("migrate", "shop", "zero", verbosity=0)
    call_command("migrate", "auth", "zero", verbosity=0)
    call_command("migrate", "contenttypes", "zero", verbosity=0)


main(
    {
        "open": opens,
        "verify": lambda: fails(connections["WRONG_CA"].ensure_connection, "certificate"),
        "migrate": migrates,
        "ORM": reads_and_writes,
        "migrate back": removes,
    },
    None,
)
