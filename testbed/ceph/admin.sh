#!/bin/bash
# Calls ceph or radosgw-admin on what up.sh started:
#   admin.sh radosgw-admin user create --uid=b --display-name=b --access-key=b --secret-key=bsecret
#   admin.sh ceph -s
. "$(dirname "$0")/common.sh"
alive mon || die 'run up.sh first'
program=${1:-}
[ $# -eq 0 ] || shift
case $program in
  ceph) exec timeout 60 /usr/bin/python3 "$root/usr/bin/ceph" -c "$home/ceph.conf" "$@" ;;
  radosgw-admin) exec timeout 120 "$root/usr/bin/radosgw-admin" -c "$home/ceph.conf" -n client.rgw "$@" ;;
  *) die 'usage: admin.sh ceph|radosgw-admin …' ;;
esac
