#!/bin/sh
# Installs the Debian packages that tests use, when run by root on Debian. Elsewhere it says so and the tests that need
# them are skipped by name.
set -eu
packages="chromium softhsm2 openssh-server openssh-client sudo nftables iptables iproute2 conntrack util-linux openssl procps postgresql-15 age zstd perl-base"
# sshd -T wants its folder, which the service would make, and a reboot takes away.
[ "$(id -u)" != 0 ] || mkdir -p /run/sshd
missing=""
for package in $packages; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "Not installed, and only root on Debian can:$missing" >&2
  exit 0
fi
echo "Installing for the tests:$missing" >&2
export DEBIAN_FRONTEND=noninteractive
# The tests bring clusters of their own; the package need not make one.
if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
  mkdir -p /etc/postgresql-common
  echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
fi
# shellcheck disable=SC2086
apt-get install -y -o Dpkg::Options::=--force-confold --no-install-recommends $missing >/dev/null 2>&1 ||
  { apt-get update >/dev/null 2>&1 && apt-get install -y -o Dpkg::Options::=--force-confold --no-install-recommends $missing >/dev/null 2>&1; } ||
  echo "apt-get could not install them; the tests that need them are skipped." >&2
