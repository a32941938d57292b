# The exporters of PostgreSQL's and PgBouncer's metrics, and the probe: each is a service with its own
# command.
ARG BASE
FROM ${BASE}
# A fixed id, as the other users have.
RUN groupadd --system --gid 974 prometheus \
 && useradd --system --uid 974 --gid prometheus --home-dir /nonexistent --shell /usr/sbin/nologin prometheus \
 && install-packages prometheus-postgres-exporter prometheus-pgbouncer-exporter python3-psycopg2 curl \
 && install -d -o prometheus -g prometheus -m 700 \
   /etc/hapg-postgres-exporter /etc/hapg-pgbouncer-exporter /etc/hapg-probe
USER prometheus
HEALTHCHECK NONE
CMD ["prometheus-postgres-exporter", "--help"]
