#!/bin/bash
# Starts one monitor, one OSD and one radosgw on 127.0.0.1, without authentication between them and with one copy of each
# object, and a user who owns buckets. S3 answers at http://127.0.0.1:${CEPH_S3_PORT:-17480}, path style; $TESTBED/ceph/env
# has the address and the user's keys. CEPH_GB (20) is the size of the disk, a sparse file. Harmless when it is up.
. "$(dirname "$0")/common.sh"

s3_port=${CEPH_S3_PORT:-17480}
mon_port=${CEPH_MON_PORT:-16789}
bytes=$((${CEPH_GB:-20} * 1024 * 1024 * 1024))
url=http://127.0.0.1:$s3_port
export PATH=$root/usr/bin:$PATH

[ -e "$root/.unpacked" ] || die 'run install.sh first'
answers() { curl -s -o /dev/null -m "$1" "$url/"; }
if alive mon && alive osd && alive rgw && answers 5; then
  echo "ceph: already up, S3 on $url"
  exit 0
fi
for name in mon osd rgw; do
  ! alive $name || die "$name runs, but S3 does not answer: run down.sh first"
done
for port in "$s3_port" "$mon_port"; do
  ! ss -ltnH "sport = :$port" | grep -q . || die "port $port is taken"
done

mkdir -p "$data" "$logs" "$run"
[ -s "$data/fsid" ] || cat /proc/sys/kernel/random/uuid >"$data/fsid"
cat >"$home/ceph.conf" <<CONF
[global]
fsid = $(cat "$data/fsid")
mon_host = [v1:127.0.0.1:$mon_port]
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_ipv6 = false
ms_bind_port_min = 17500
ms_bind_port_max = 17560
ms_bind_msgr2 = false
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
run_dir = $run
admin_socket = $run/\$name.asok
log_file = $logs/\$name.log
mon_cluster_log_file = $logs/cluster.log
crash_dir = $home/crash
plugin_dir = $library/ceph
osd_class_dir = $library/rados-classes
erasure_code_dir = $library/ceph/erasure-code
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pgp_num = 4
osd_pool_default_pg_autoscale_mode = off
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 1000
osd_crush_chooseleaf_type = 0
osd_max_object_name_len = 256
osd_max_object_namespace_len = 64
mon_data = $data/mon
osd_data = $data/osd
[mon]
paxos_propose_interval = 0.05
mon_data_avail_crit = 1
mon_data_avail_warn = 2
mon_initial_members = a
[osd]
# What an OSD asks of the monitor at its start fails at times on a busy machine ("wrong fsid")
osd_crush_update_on_start = false
osd_class_update_on_start = false
osd_objectstore = bluestore
osd_memory_target = 939524096
bluestore_cache_autotune = false
bluestore_cache_size = 134217728
bluestore_block_size = $bytes
bluestore_block_db_size = 0
bluestore_fsck_on_mount = false
osd_scrub_begin_hour = 3
osd_scrub_end_hour = 4
osd_op_num_shards = 2
# An OSD that is frozen for longer than 0.8 of this lets calls wait for ever afterwards, since nobody renews its lease
osd_heartbeat_grace = 3600
[client]
rgw_dns_name =
# Without tcp_nodelay each call takes 45 ms
rgw_frontends = beast endpoint=127.0.0.1:$s3_port tcp_nodelay=1
rgw_data = $data/rgw
rgw_thread_pool_size = 64
rgw_num_control_oids = 1
rgw_lc_max_objs = 1
rgw_gc_max_objs = 1
rgw_objexp_hints_num_shards = 1
rgw_usage_max_shards = 1
rgw_usage_max_user_shards = 1
rgw_reshard_num_logs = 1
rgw_sync_log_trim_interval = 0
rgw_data_log_num_shards = 1
rgw_md_log_max_shards = 1
rgw_override_bucket_index_max_shards = 1
rgw_dynamic_resharding = false
rgw_run_sync_thread = false
rgw_enable_usage_log = false
rgw_gc_obj_min_wait = 60
rgw_gc_processor_period = 60
# aws:kms with the key model-ci-test, also over HTTP; nothing secret lies here
rgw_crypt_require_ssl = false
rgw_crypt_s3_kms_backend = testing
rgw_crypt_s3_kms_encryption_keys = model-ci-test=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=
CONF

fail() {
  tail -q -n 3 "$logs/$2"*.out >&2 || true
  die "$1; see $logs"
}
start() {
  local name=$1
  shift
  setsid "$@" >"$logs/$name.out" 2>&1 </dev/null &
  echo $! >"$run/$name.pid"
}
ask_monitor() {
  # A client that comes before the monitor's map is refused
  for _ in 1 2 3 4 5; do
    timeout 30 /usr/bin/python3 "$root/usr/bin/ceph" -c "$home/ceph.conf" --connect-timeout 20 "$@" >>"$logs/ask.out" 2>&1 &&
      return
    sleep 0.3
  done
  fail "ceph $* failed" ask
}

if [ ! -e "$data/mon/store.db" ]; then
  monmaptool --create --clobber --fsid "$(cat "$data/fsid")" --addv a "[v1:127.0.0.1:$mon_port]" "$data/monmap" \
    >"$logs/mkfs.out" 2>&1 || fail 'monmaptool failed' mkfs
  ceph-mon -c "$home/ceph.conf" --mkfs -i a --monmap "$data/monmap" >>"$logs/mkfs.out" 2>&1 ||
    fail 'the monitor could not be made' mkfs
fi
start mon ceph-mon -c "$home/ceph.conf" -f -i a
if [ ! -e "$data/osd/ready" ]; then
  rm -rf "$data/osd"
  mkdir -p "$data/osd"
  uuid=$(cat /proc/sys/kernel/random/uuid)
  ask_monitor osd new "$uuid" 0
  ask_monitor osd crush add osd.0 1.0 root=default host=testbed
  ceph-osd -c "$home/ceph.conf" --mkfs -i 0 --osd-uuid "$uuid" >"$logs/mkfs.out" 2>&1 ||
    fail 'the OSD could not be made' mkfs
  touch "$data/osd/ready"
fi
start osd ceph-osd -c "$home/ceph.conf" -f -i 0
start rgw radosgw -c "$home/ceph.conf" -f -n client.rgw
for _ in $(seq 300); do
  ! answers 2 || break
  for name in mon osd rgw; do
    alive $name || fail "$name ended" $name
  done
  sleep 0.1
done
if [ ! -e "$data/user" ]; then
  timeout 60 radosgw-admin -c "$home/ceph.conf" -n client.rgw user create --uid=test --display-name=test \
    --access-key=testaccess --secret-key=testsecret >"$logs/user.out" 2>&1 || fail 'the user could not be made' user
  touch "$data/user"
fi
cat >"$home/env" <<ENV
S3_ENDPOINT=$url
AWS_ACCESS_KEY_ID=testaccess
AWS_SECRET_ACCESS_KEY=testsecret
AWS_REGION=us-east-1
ENV
echo "ceph: up, S3 on $url"
