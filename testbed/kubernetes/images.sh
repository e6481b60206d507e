#!/bin/bash
# images.sh: pause, busybox and hostfs images as docker-archives under $TESTBED/kubernetes/img (needs gcc, libc6-dev, python3)
# Idempotent: done again only when this file or its neighbours changed
set -e
H0=$(cd "$(dirname "$0")" && pwd); W=${TESTBED:?name a folder that every user may enter}/kubernetes; [ -x $W/root/bin/busybox ] || { echo "kubernetes/images.sh: run install.sh first" >&2; exit 1; }
S=$(cat $H0/images.sh $H0/mkimage.py $H0/pause.c | sha256sum | cut -c1-16); [ "$(cat $W/img/stamp 2>/dev/null)" = $S ] && { echo "kubernetes: images cached"; exit 0; }
rm -rf $W/img; mkdir -p $W/img; cd $W/img; cp $H0/pause.c $H0/mkimage.py .; mkdir -p pause/rootfs busybox/rootfs/{bin,etc,tmp,root} hostfs/rootfs/{usr,etc,tmp,proc,sys,dev,root,var,work}
gcc -Os -static -s -o pause/rootfs/pause pause.c
R=busybox/rootfs; chmod 1777 $R/tmp; cp ../root/bin/busybox $R/bin/; for a in $($R/bin/busybox --list); do [ $a = busybox ] || ln -sf busybox $R/bin/$a; done; echo 'root:x:0:0:root:/root:/bin/sh' > $R/etc/passwd
H=hostfs/rootfs; chmod 1777 $H/tmp; for l in bin sbin lib lib64; do ln -sfn usr/$l $H/$l; done; cp $R/etc/passwd $H/etc/
/usr/bin/python3 mkimage.py localhost/pause:1 pause/rootfs pause.tar '["/pause"]'
/usr/bin/python3 mkimage.py localhost/busybox:1 busybox/rootfs busybox.tar '[]' '["/bin/sh"]'
/usr/bin/python3 mkimage.py localhost/hostfs:1 hostfs/rootfs hostfs.tar '[]' '["/bin/bash"]'   # empty: mount the host's /usr read-only into it (hostPath) and node, python3 … run in the pod
# what the sidecars of Model CI run: Debian's own sh, GNU tar, coreutils, find and curl, with the libraries that they need
T=tools/rootfs; mkdir -p $T/{bin,etc,tmp,proc,sys,dev,usr}; ln -s ../bin $T/usr/bin; chmod 1777 $T/tmp; cp $R/etc/passwd $T/etc/
cp /bin/dash $T/bin/sh
for t in tar curl find xargs sed cat sort head tail mkfifo stat touch ln readlink realpath sleep mkdir rm dirname basename date env id ls kill; do p=$(type -P $t) || { echo "kubernetes/images.sh: the machine has no $t" >&2; exit 1; }; cp -L $p $T/bin/; done
ldd $T/bin/* | grep -oP '(=> )?\K/\S+(?= \(0x)' | sort -u | while read -r l; do mkdir -p $T$(dirname $l); cp -L $l $T$l; done
/usr/bin/python3 mkimage.py localhost/tools:1 tools/rootfs tools.tar '[]' '["/bin/sh"]'
rm -rf tools pause busybox hostfs mkimage.py pause.c; echo $S > stamp; echo "kubernetes: images made"
