import asyncio

from asyncpg_snippet import connect, in_transaction

from exercise import ROUTES, expect, fails, main, url, within


async def opens():
    for route in ROUTES:
        connection = await connect(url(route))
        found = await connection.fetchval("SELECT pg_is_in_recovery()")
        expect((route, found), (route, "READ" in route))
        await connection.close()


async def prepares():
    for route in ["WRITE", "POOLED_WRITE"]:
        one, other = await connect(url(route)), await connect(url(route))
        for number in range(20):
            for connection in [one, other]:
                expect(await connection.fetchval("SELECT $1::int + 1", number), number + 1)
        await one.close()
        await other.close()


async def copies():
    connection = await connect(url("POOLED_WRITE"))
    async with connection.transaction():
        await connection.execute("CREATE TEMP TABLE copied (n int) ON COMMIT DROP")
        records = [(number,) for number in range(1000)]
        await connection.copy_records_to_table("copied", records=records)
        expect(await connection.fetchval("SELECT sum(n) FROM copied"), 499500)
    await connection.close()


async def notifies():
    for route in ["WRITE", "MEMBERS"]:
        arrived = asyncio.Queue()
        listener = await connect(url(route))
        await listener.add_listener("asyncpg", lambda *words, to=arrived: to.put_nowait(words[3]))
        await listener.execute("NOTIFY asyncpg, 'hello'")
        expect(await asyncio.wait_for(arrived.get(), 5), "hello")
        await listener.close()


async def cancels():
    for route in ["WRITE", "POOLED_WRITE", "MEMBERS", "MEMBERS_READ"]:
        connection = await connect(url(route))
        try:
            await connection.execute("SELECT pg_sleep(30)", timeout=0.5)
            raise AssertionError("was not cancelled")
        except TimeoutError:
            pass
        # It is free again only if the server has stopped.
        expect(await connection.fetchval("SELECT 1", timeout=5), 1)
        await connection.close()


async def many():
    opened = []
    for _ in range(20):
        opened += await asyncio.gather(*(connect(url("POOLED_WRITE")) for _ in range(10)))
    expect(sum([await one.fetchval("SELECT 1") for one in opened]), 200)
    for connection in opened:
        connection.terminate()


def run(work):
    return lambda: asyncio.run(work())


def insert_by(target, statement):
    loop = asyncio.new_event_loop()
    text = statement.replace("%s", "$1")

    def insert(number):
        loop.run_until_complete(in_transaction(lambda one: one.execute(text, number), target))

    return insert


main(
    {
        "open": run(opens),
        "verify": lambda: fails(run(lambda: connect(url("WRONG_CA"))), "certificate"),
        "prepare": run(prepares),
        "copy": run(copies),
        "notify": run(notifies),
        "cancel": lambda: within(20, run(cancels)),
        "many": run(many),
    },
    insert_by,
)
