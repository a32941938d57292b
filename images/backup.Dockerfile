# A member's image with pgBackRest: for members of a cluster that has backups, the services beside
# them, and the repository. One image, because pgBackRest wants the same version on both ends.
ARG MEMBER_IMAGE
FROM ${MEMBER_IMAGE}
USER root
RUN install-packages pgbackrest \
 && rm -f /etc/pgbackrest.conf \
 && install -d -o postgres -g postgres -m 700 /etc/pgbackrest /etc/hapg-repository \
 && install -d -o postgres -g postgres -m 700 /var/lib/pgbackrest
USER postgres
# Each service has its own command and its own check.
HEALTHCHECK NONE
CMD ["pgbackrest", "help"]
