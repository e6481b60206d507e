#!/bin/bash
# load.sh IMAGE: copies an image of this machine's Docker Engine, such as python:3.11, to every node that is up. Needs up.sh first.
set -euo pipefail

D=${TESTBED:?name a folder that every user may enter}/kubernetes
image=${1:?name an image}
archive=$(mktemp "$D/load.XXXXXX")
trap 'rm -f "$archive"' EXIT

docker save -o "$archive" "$image"
for socket in "$D"/run/n*.sock; do
  [ -S "$socket" ] || continue
  "$D/root/usr/bin/ctr" --address "$socket" --namespace k8s.io images import "$archive" >/dev/null
  echo "kubernetes: $(basename "$socket" .sock) has $image"
done
