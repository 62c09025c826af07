#!/bin/sh
# Chromium and a CJK font from Debian's packages, for the browser tests.
set -eu
run=""
if [ "$(id -u)" -ne 0 ]; then run="sudo -n"; fi
export DEBIAN_FRONTEND=noninteractive
$run apt-get update -qq
$run apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk fontconfig >/dev/null
