from sqlalchemy import Column, Integer, MetaData, Table, text
from sqlalchemy_snippet import engine_of, in_transaction

from exercise import ROUTES, expect, fails, main, url


def opens():
    for route in ROUTES:
        with engine_of(url(route)).connect() as connection:
            found = connection.scalar(text("SELECT pg_is_in_recovery()"))
            expect((route, found), (route, "READ" in route))


def prepares():
    for route in ["WRITE", "POOLED_WRITE"]:
        engine = engine_of(url(route))
        for number in range(20):
            with engine.connect() as one, engine.connect() as other:
                for connection in [one, other]:
                    found = connection.scalar(text("SELECT :n + 1"), {"n": number})
                    expect(found, number + 1)
        engine.dispose()


def makes_tables():
    engine = engine_of(url("WRITE"))
    table = Table("made_by_sqlalchemy", MetaData(), Column("id", Integer, primary_key=True))
    table.metadata.drop_all(engine)
    table.metadata.create_all(engine)
    pooled = engine_of(url("POOLED_WRITE"))
    in_transaction(pooled, lambda one: one.execute(table.insert(), [{"id": 1}, {"id": 2}]))
    with pooled.connect() as connection:
        expect(connection.execute(table.select()).all(), [(1,), (2,)])
    table.metadata.drop_all(engine)


def insert_by(target, statement):
    engine = engine_of(target)
    insert = text(statement.replace("%s", ":n"))
    return lambda number: in_transaction(engine, lambda one: one.execute(insert, {"n": number}))


main(
    {
        "open": opens,
        "verify": lambda: fails(engine_of(url("WRONG_CA")).connect, "certificate"),
        "prepare": prepares,
        "tables": makes_tables,
    },
    insert_by,
)
