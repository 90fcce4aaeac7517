# The database's image where it is backed up: the official one with pgBackRest, which it gives its log to. Made on the VM
# by host/backups/backups.sh, which names it; BASE is the image in docker-compose.yml.
ARG BASE
FROM $BASE
RUN apt-get update \
  && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates pgbackrest \
  && rm -rf /var/lib/apt/lists/*
