#!/usr/bin/env bash
# Finds Chromium, or installs Debian's package: the browser tests drive whichever is there.
set -euo pipefail

for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null; then
    exit 0
  fi
done
if ! command -v apt-get >/dev/null; then
  echo "The browser tests need Chromium on the PATH; install it and run this again." >&2
  exit 1
fi
echo "Installing Chromium from Debian's packages …"
as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get -qq update
$as_root apt-get -qq install --yes --no-install-recommends chromium >/dev/null
