#!/bin/bash
# node.sh up|down|freeze|thaw|cut|mend|gpus NODE …: one node of the cluster that up.sh started
#   down        power loss: kubelet, containerd and every container of the node die at once; up NODE brings it back
#   freeze/thaw the kubelet alone stops and goes on (SIGSTOP, SIGCONT); the containers run on
#   cut/mend    n2, n3: its network cable out and in; kubelet and containers run on
# TAINTS=key=value:NoSchedule at "up" keeps the pods of others off it
#   gpus N      sets the node's extended resource nvidia.com/gpu
H0=$(cd "$(dirname "$0")" && pwd); D=${TESTBED:?name a folder that every user may enter}/kubernetes; BIN=${BIN:-$D/bin120}; ROOT=$D/root; R=$D/run; L=$D/log; P=$D/pki
die() { echo "kubernetes/node.sh: $*" >&2; exit 1; }
[ -n "$2" ] || die "usage: node.sh up|down|freeze|thaw|cut|mend|gpus NODE"
N=$2; case $N in n[123]) I=${N#n};; *) die "no node $N: n1, n2 or n3";; esac
ND=$D/data/$N; IP=10.88.$(( (I-1)*64 )).1; CG=k8stest-$N
export PATH=$ROOT/usr/bin:$ROOT/usr/sbin:$PATH KUBECONFIG=$D/kubeconfig
mine() { [ -s $R/node-$N.pid ] && U=$(cat $R/node-$N.pid) && [ -r /proc/$U/cmdline ] && tr '\0' ' ' < /proc/$U/cmdline | grep -q "$D"; }
kubeletpid() { mine || die "$N is not up"; for p in $(pgrep -P "$(pgrep -P $U)"); do grep -q '^kubelet$' /proc/$p/comm && echo $p; done; }
case $1 in
up)
  mine && exit 0
  mkdir -p $ND/{containerd,opt,kubelet,log,cni,libcni,libkubelet,certs.d/_default} $R $L
  for m in /var/lib/cni /var/lib/kubelet; do [ -d $m ] || { mkdir -p $m; echo $m >> $R/made; }; done
  for c in cpu cpuacct cpuset memory devices freezer blkio pids systemd; do [ -d /sys/fs/cgroup/$c ] && mkdir -p /sys/fs/cgroup/$c/$CG; done
  for f in cpus mems; do [ -n "$(cat /sys/fs/cgroup/cpuset/$CG/cpuset.$f)" ] || cat /sys/fs/cgroup/cpuset/cpuset.$f > /sys/fs/cgroup/cpuset/$CG/cpuset.$f; done
  cat > $ND/containerd.toml <<C
version = 2
root = "$ND/containerd"
state = "/run/k8s-containerd"
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs","io.containerd.snapshotter.v1.zfs","io.containerd.snapshotter.v1.devmapper","io.containerd.snapshotter.v1.aufs","io.containerd.internal.v1.tracing"]
[grpc]
  address = "$R/$N.sock"
[plugins."io.containerd.internal.v1.opt"]
  path = "$ND/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/pause:1"
  stream_server_address = "127.0.0.1"
  disable_apparmor = true
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "$ND/certs.d"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "$ROOT/usr/lib/cni"
    conf_dir = "$ND/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
      BinaryName = "$ROOT/usr/sbin/runc"
C
  # whatever registry an image names, it is asked for at 10.88.0.1:15000 (registry.sh) and nowhere else
  printf 'server = "http://10.88.0.1:15000"\n[host."http://10.88.0.1:15000"]\n  capabilities = ["pull", "resolve"]\n' > $ND/certs.d/_default/hosts.toml
  cat > $ND/cni/10-bridge.conflist <<C
{"cniVersion":"0.4.0","name":"k8stest","plugins":[{"type":"bridge","bridge":"k8stest0","isGateway":true,"ipMasq":false,"hairpinMode":true,"ipam":{"type":"host-local","dataDir":"/run/k8s-cni","ranges":[[{"subnet":"10.88.0.0/16","rangeStart":"10.88.$(( (I-1)*64 )).2","rangeEnd":"10.88.$(( I*64-1 )).254","gateway":"$IP"}]],"routes":[{"dst":"0.0.0.0/0"}]}}]}
C
  cat > $ND/kubelet.yaml <<C
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: $IP
port: 10250
healthzPort: 0
readOnlyPort: 0
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $P/ca.crt}}
authorization: {mode: Webhook}
tlsCertFile: $P/kubelet-server.crt
tlsPrivateKeyFile: $P/kubelet-server.key
cgroupDriver: cgroupfs
cgroupRoot: /$CG
cgroupsPerQOS: true
enforceNodeAllocatable: [pods]
makeIPTablesUtilChains: false
failSwapOn: false
resolvConf: $D/resolv.conf
clusterDomain: cluster.local
syncFrequency: 2s
nodeStatusUpdateFrequency: 1s
nodeStatusReportFrequency: 10s
nodeLeaseDurationSeconds: 8
containerLogMaxSize: ${LOG_MAX:-10Mi}
containerLogMaxFiles: 5
evictionHard: {memory.available: 100Mi, nodefs.available: 1%, imagefs.available: 1%}
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
volumePluginDir: $ND/volplugins
C
  V=$($BIN/kubelet --version | grep -oP 'v1\.\K[0-9]+')
  [ $V -lt 27 ] || echo "containerRuntimeEndpoint: unix://$R/$N.sock" >> $ND/kubelet.yaml; [ $V -lt 31 ] || echo "failCgroupV1: false" >> $ND/kubelet.yaml
  NET=; [ $I = 1 ] || NET=--net
  [ -n "$KUBELET_WAIT" ] && rm -f $R/go || touch $R/go
  setsid unshare --mount --propagation slave --pid --fork --mount-proc --kill-child $NET bash $H0/node.sh inside $N $D > $L/node-$N.log 2>&1 < /dev/null & U=$!; echo $U > $R/node-$N.pid
  if [ -n "$NET" ]; then
    for i in $(seq 50); do C=$(pgrep -P $U) && break; sleep 0.1; done
    ip link del k8s$N 2>/dev/null; ip link add k8s$N type veth peer name up0 netns $C && ip link set k8s$N master k8stest0 up || die "no network for $N"
  fi
  [ -n "$KUBELET_WAIT" ] && exit 0
  for i in $(seq 300); do kubectl get node $N -o jsonpath='{.status.conditions[?(@.type=="Ready")].status}' 2>/dev/null | grep -q True && exit 0; sleep 0.2; done; die "$N is not Ready after 60 s; see $L";;
inside)   # process 1 of the node
  trap 'exit 0' TERM INT
  mount --bind $ND/log /var/log; mount --bind $ND/libcni /var/lib/cni; mount --bind $ND/libkubelet /var/lib/kubelet; mount -t tmpfs -o mode=755 none /run; mkdir -p /run/netns
  if [ $I != 1 ]; then
    until ip link show up0 >/dev/null 2>&1; do sleep 0.05; done
    ip link set lo up; ip link add k8stest0 address 02:0a:58:00:00:0$I type bridge; ip link set up0 master k8stest0 up; ip addr add $IP/16 dev k8stest0; ip link set k8stest0 up; ip route add default via 10.88.0.1
    sysctl -q net.ipv4.ip_forward=1
  fi
  containerd -c $ND/containerd.toml > $L/containerd-$N.log 2>&1 < /dev/null &
  C="ctr -a $R/$N.sock -n k8s.io"; until $C version >/dev/null 2>&1; do sleep 0.1; done
  for i in pause busybox hostfs tools buildkit; do [ -s $D/img/$i.tar ] || continue; $C images ls -q | grep -q "localhost/$i:1" || $C images import $D/img/$i.tar; done
  until [ -e $R/go ]; do sleep 0.1; done
  grep -q ^containerRuntimeEndpoint $ND/kubelet.yaml && KF= || KF="--container-runtime=remote --container-runtime-endpoint=unix://$R/$N.sock --pod-infra-container-image=localhost/pause:1"
  # else the kubelet's credential provider asks a cloud's metadata address first, 6 s long
  AWS_EC2_METADATA_DISABLED=true $BIN/kubelet --config=$ND/kubelet.yaml --kubeconfig=$KUBECONFIG --root-dir=$ND/kubelet --cert-dir=$ND/kubelet/pki --hostname-override=$N --node-ip=$IP ${TAINTS:+--register-with-taints=$TAINTS} $KF > $L/kubelet-$N.log 2>&1 < /dev/null &
  while :; do wait; sleep 1; done;;
down)
  mine || { echo "$N is not up"; exit 0; }
  kill -9 $U; for i in $(seq 50); do [ -e /proc/$U ] || break; grep -q '^State:.Z' /proc/$U/status 2>/dev/null && break; sleep 0.1; done
  rm -f $R/node-$N.pid; ip link del k8s$N 2>/dev/null; exit 0;;
freeze) kill -STOP $(kubeletpid);;
thaw) kill -CONT $(kubeletpid);;
cut|mend) [ $I != 1 ] || die "n1 is in the machine's own network: freeze or down it"; ip link set k8s$N $([ $1 = cut ] && echo down || echo up);;
gpus) [ -n "$3" ] || die "gpus NODE N"
  curl -sSf -m 20 -o /dev/null --cacert $P/ca.crt --cert $P/admin.crt --key $P/admin.key -X PATCH -H 'Content-Type: application/json-patch+json' -d "[{\"op\":\"add\",\"path\":\"/status/capacity/nvidia.com~1gpu\",\"value\":\"$3\"}]" https://10.96.0.1/api/v1/nodes/$N/status || die "the node's status could not be patched";;
*) die "unknown: $1";;
esac
