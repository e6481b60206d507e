#!/bin/bash
# Unpacks Ceph 16 (monitor, OSD, radosgw) from Debian 12's packages below $TESTBED/ceph/root; nothing is installed on the
# machine. At once where that was done before.
. "$(dirname "$0")/common.sh"

# Every program is there, and finds its libraries.
loads() {
  local program
  for program in ceph-mon ceph-osd radosgw radosgw-admin monmaptool; do
    [ -x "$root/usr/bin/$program" ] || return 1
    ! ldd "$root/usr/bin/$program" | grep -q 'not found' || return 1
  done
}

if [ -e "$root/.unpacked" ] && loads; then
  echo 'ceph: unpacked before'
  exit 0
fi

rm -rf "$root"
apt=$home/apt
mkdir -p "$root" "$apt"/{lists/partial,archives/partial,parts}
mirror=$(awk '/^URIs:/ { print $2; exit }' /etc/apt/sources.list.d/debian.sources 2>/dev/null || true)
[ -n "$mirror" ] || die 'no Debian mirror is named in /etc/apt/sources.list.d/debian.sources'
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror bookworm main" >"$apt/sources.list"
options=(
  -o "Dir::State::Lists=$apt/lists"
  -o "Dir::Etc::SourceList=$apt/sources.list"
  -o "Dir::Etc::SourceParts=$apt/parts"
  -o "Dir::Cache::archives=$apt/archives"
  -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
  -o APT::Sandbox::User=root -o Debug::NoLocking=1
)
apt-get "${options[@]}" -qq update >"$apt/log" 2>&1 || { tail -n 5 "$apt/log" >&2; die 'apt-get update failed'; }
# What this machine lacks of their dependencies comes along.
apt-get "${options[@]}" -qq -y --no-install-recommends --download-only \
  install radosgw ceph-mon ceph-osd ceph-common >>"$apt/log" 2>&1 ||
  { tail -n 5 "$apt/log" >&2; die 'the packages could not be fetched'; }
for package in "$apt"/archives/*.deb; do
  case $(basename "$package") in
    # For disks of its own and for the dashboard, which are not used here
    sudo_* | lvm2_* | dmeventd_* | smartmontools_* | nvme-cli_* | xfsprogs_* | parted_* | gdisk_* | hdparm_*) ;;
    cryptsetup-bin_* | dmidecode_* | logrotate_*) ;;
    *) dpkg -x "$package" "$root" ;;
  esac
done
loads || die 'the unpacked programs do not find their libraries'
touch "$root/.unpacked"
rm -rf "$apt"
echo "ceph: unpacked, $(du -sm "$root" | cut -f1) MB"
