//! What the tests have tokio-postgres do: `cases`, or `writes ROUTE SECONDS TABLE`.

mod snippet;

use std::{env, time::Duration};

use futures_util::SinkExt;
use snippet::{connect, in_transaction, tls, Failure};

fn url(route: &str) -> String {
    env::var(format!("URL_{route}")).unwrap_or_default()
}

fn ca() -> String {
    env::var("CA_FILE").unwrap_or_default()
}

fn expect<T: PartialEq + std::fmt::Debug>(found: T, wanted: T) -> Result<(), Failure> {
    if found == wanted {
        return Ok(());
    }
    Err(format!("got {found:?} instead of {wanted:?}").into())
}

async fn opens() -> Result<(), Failure> {
    for route in ["WRITE", "READ", "POOLED_WRITE", "POOLED_READ", "MEMBERS", "MEMBERS_READ"] {
        let client = connect(&url(route), &ca()).await?;
        let row = client.query_one("SELECT pg_is_in_recovery()", &[]).await?;
        expect((route, row.get::<_, bool>(0)), (route, route.contains("READ")))?;
    }
    Ok(())
}

async fn verifies() -> Result<(), Failure> {
    let wrong = env::var("WRONG_CA_FILE")?;
    match connect(&url("WRITE"), &wrong).await {
        Ok(_) => Err("it was let in".into()),
        Err(error) if format!("{error:?}").contains("Certificate") => Ok(()),
        Err(error) => Err(error),
    }
}

async fn prepares() -> Result<(), Failure> {
    for route in ["WRITE", "POOLED_WRITE"] {
        let one = connect(&url(route), &ca()).await?;
        let other = connect(&url(route), &ca()).await?;
        let statements = [
            one.prepare("SELECT $1::int + 1").await?,
            other.prepare("SELECT $1::int + 1").await?,
        ];
        for number in 0..20 {
            for (client, statement) in [&one, &other].into_iter().zip(&statements) {
                let row = client.query_one(statement, &[&number]).await?;
                expect(row.get::<_, i32>(0), number + 1)?;
            }
        }
    }
    Ok(())
}

async fn copies() -> Result<(), Failure> {
    let mut client = connect(&url("POOLED_WRITE"), &ca()).await?;
    let transaction = client.transaction().await?;
    transaction.batch_execute("CREATE TEMP TABLE copied (n int) ON COMMIT DROP").await?;
    let sink = transaction.copy_in("COPY copied FROM STDIN").await?;
    futures_util::pin_mut!(sink);
    for number in 0..1000 {
        sink.send(bytes::Bytes::from(format!("{number}\n"))).await?;
    }
    expect(sink.finish().await?, 1000)
}

async fn cancels() -> Result<(), Failure> {
    for route in ["WRITE", "POOLED_WRITE", "MEMBERS", "MEMBERS_READ"] {
        let client = connect(&url(route), &ca()).await?;
        let cancel = client.cancel_token();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(300)).await;
            cancel.cancel_query(tls(&ca())?).await?;
            Ok::<(), Failure>(())
        });
        let sleeping = client.batch_execute("SELECT pg_sleep(30)");
        match tokio::time::timeout(Duration::from_secs(5), sleeping).await {
            Ok(Err(_)) => {}
            _ => return Err(format!("{route} was not cancelled").into()),
        }
    }
    Ok(())
}

async fn writes(target: &str, seconds: f64, table: &str) -> Result<(), Failure> {
    println!("started");
    let end = std::time::Instant::now() + Duration::from_secs_f64(seconds);
    let insert = format!("INSERT INTO {table} VALUES ($1) ON CONFLICT DO NOTHING");
    let mut number = 0i32;
    while std::time::Instant::now() < end {
        let next = number + 1;
        in_transaction(target, &ca(), async |one| {
            one.execute(insert.as_str(), &[&next]).await.map(|_| ())
        })
        .await?;
        number = next;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    println!("acknowledged {number}");
    Ok(())
}

fn report(name: &str, result: Result<(), Failure>) {
    match result {
        Ok(()) => println!("ok {name}"),
        Err(error) => println!("FAILED {name}: {error:?}"),
    }
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let words: Vec<String> = env::args().collect();
    if words[1] == "cases" {
        report("open", opens().await);
        report("verify", verifies().await);
        report("prepare", prepares().await);
        report("copy", copies().await);
        report("cancel", cancels().await);
        return Ok(());
    }
    writes(&url(&words[2]), words[3].parse()?, &words[4]).await
}
