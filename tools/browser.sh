#!/usr/bin/env bash
# Finds a browser, or installs Debian's package: the browser tests drive whichever is there. Chromium, or: firefox
set -euo pipefail

case "${1:-chromium}" in
  chromium) title=Chromium package=chromium names="chromium chromium-browser google-chrome" ;;
  firefox) title=Firefox package=firefox-esr names="firefox-esr firefox" ;;
  *) echo "Which browser? chromium or firefox" >&2; exit 2 ;;
esac
for name in $names; do
  if command -v "$name" >/dev/null; then
    exit 0
  fi
done
if ! command -v apt-get >/dev/null; then
  echo "The browser tests need $title on the PATH; install it and run this again." >&2
  exit 1
fi
echo "Installing $title from Debian's packages …"
as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get -qq update
$as_root apt-get -qq install --yes --no-install-recommends "$package" >/dev/null
