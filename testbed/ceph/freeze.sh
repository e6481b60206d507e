#!/bin/bash
# Stops the OSD: calls to S3 hang until thaw.sh.
. "$(dirname "$0")/common.sh"
alive osd || die 'run up.sh first'
kill -STOP "$(cat "$run/osd.pid")"
