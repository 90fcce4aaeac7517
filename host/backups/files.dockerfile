# What backs up the files that lie beside the database: restic, from Debian. Made on the VM by host/backups/files.sh; BASE is
# the database's image, which is there anyway.
ARG BASE
FROM $BASE
RUN apt-get update \
  && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends restic \
  && rm -rf /var/lib/apt/lists/*
