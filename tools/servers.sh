#!/usr/bin/env bash
# Finds the servers that tests run beside ours, or installs Debian's packages of them. Tests start and stop their own;
# those that a package starts by itself are left alone (in a container there are none).
set -euo pipefail

programs=(redis-server:redis-server redis-sentinel:redis-sentinel nginx:nginx-light haproxy:haproxy)
programs+=(faketime:faketime curl:curl)
missing=()
for pair in "${programs[@]}"; do
  PATH="$PATH:/usr/sbin:/sbin" command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
done
[ ${#missing[@]} -eq 0 ] && exit 0
if ! command -v apt-get >/dev/null; then
  echo "Tests need on the PATH: ${missing[*]}; install them and run this again." >&2
  exit 1
fi
echo "Installing from Debian's packages: ${missing[*]} …"
as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get -qq update
$as_root apt-get -qq install --yes --no-install-recommends "${missing[@]}" >/dev/null
