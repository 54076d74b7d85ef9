#!/usr/bin/env bash
# Makes .venv with rtgen (editable), what generated servers need, and the development tools, at the pinned versions.
set -euo pipefail
cd "$(dirname "$0")/.."

python=""
for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
  if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
if [ -z "$python" ]; then
  echo "rtgen needs Python 3.11 or newer; none was found on the PATH." >&2
  exit 1
fi
if [ ! -x .venv/bin/python ]; then
  if ! "$python" -m venv .venv; then
    echo "The venv module is missing: install it (on Debian: apt-get install python3-venv) and run this again." >&2
    exit 1
  fi
fi
echo "Installing the Python environment into .venv …"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[server,jwt,redis,dev]'
