#!/bin/bash
# Lets the OSD go on that freeze.sh has stopped.
. "$(dirname "$0")/common.sh"
alive osd || die 'run up.sh first'
kill -CONT "$(cat "$run/osd.pid")"
