#!/usr/bin/env bash
# Builds a stand-in for debian:trixie-slim from Debian's own packages, where Docker Hub can't be reached.
# Unlike the official image it holds the CA certificates, with this machine's own ones added: builds
# that start from it must get through the same network as this machine.
# Usage: toolchain/images/debian/build.sh

# shellcheck source-path=SCRIPTDIR source=../build-lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../build-lib.sh"

mirror=http://deb.debian.org
options=(--variant=minbase --include=ca-certificates --components=main)
# Slim: no manuals, no translations, no documents but the licences.
for path in man locale info doc; do options+=("--dpkgopt=path-exclude=/usr/share/$path/*"); done
options+=('--dpkgopt=path-include=/usr/share/doc/*/copyright')
options+=('--aptopt=APT::Install-Recommends "true"' '--aptopt=Acquire::Languages "none"')

# apt inside the image keeps no archives and no caches. mmdebstrap itself needs them, hence a hook.
printf '%s\n' 'APT::Keep-Downloaded-Packages "false";' 'Dir::Cache::pkgcache "";' \
  'Dir::Cache::srcpkgcache "";' >"$WORK/keep-nothing"
options+=("--customize-hook=upload $WORK/keep-nothing /etc/apt/apt.conf.d/keep-nothing")

for ca in /usr/local/share/ca-certificates/*.crt; do
  if [ -e "$ca" ]; then options+=("--customize-hook=copy-in $ca /usr/local/share/ca-certificates"); fi
done
# shellcheck disable=SC2016 # mmdebstrap's own shell fills in $1, the new root
options+=('--customize-hook=chroot "$1" update-ca-certificates'
  '--customize-hook=rm -f "$1/etc/hostname" "$1/etc/resolv.conf"'
  '--customize-hook=rm -f "$1"/var/cache/apt/*.bin')

# mmdebstrap hands its own file descriptors to dash, which knows only those of one digit: free them.
exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
# Into a file first: what breaks off in a pipe would be imported as half an image.
mmdebstrap "${options[@]}" trixie "$WORK/root.tar" \
  "deb $mirror/debian trixie main" \
  "deb $mirror/debian trixie-updates main" \
  "deb $mirror/debian-security trixie-security main"
docker import --change 'CMD ["bash"]' --change 'LABEL onebox.stand-in=true' "$WORK/root.tar" "$DEBIAN_IMAGE"
