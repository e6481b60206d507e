#!/bin/bash
# apiserver.sh down|up: stops the API server of the cluster that up.sh started, and starts it again. Nodes and pods run on meanwhile.
# EVICT=5 seconds until pods of a node that is not ready are evicted (stock: 300)
H0=$(cd "$(dirname "$0")" && pwd); D=${TESTBED:?name a folder that every user may enter}/kubernetes; BIN=${BIN:-$D/bin120}; R=$D/run; L=$D/log; P=$D/pki; EVICT=${EVICT:-5}
die() { echo "kubernetes/apiserver.sh: $*" >&2; exit 1; }
mine() { [ -s $R/kube-apiserver.pid ] && p=$(cat $R/kube-apiserver.pid) && [ -r /proc/$p/cmdline ] && tr '\0' ' ' < /proc/$p/cmdline | grep -q "$D"; }
V=$($BIN/kubelet --version | grep -oP 'v1\.\K[0-9]+'); [ -n "$V" ] || die "$BIN/kubelet does not run"
old() { [ $V -lt $1 ] && echo "$2" || true; }   # flags that newer versions no longer know
case $1 in
up)
  mine && exit 0
  setsid $BIN/kube-apiserver --etcd-servers=http://127.0.0.1:12379 --bind-address=10.96.0.1 --secure-port=443 $(old 24 --insecure-port=0) $(old 21 --feature-gates=TTLAfterFinished=true) \
    --advertise-address=10.96.0.1 --endpoint-reconciler-type=none \
    --tls-cert-file=$P/apiserver.crt --tls-private-key-file=$P/apiserver.key --client-ca-file=$P/ca.crt \
    --service-account-key-file=$P/sa.pub --service-account-signing-key-file=$P/sa.key --service-account-issuer=https://kubernetes.default.svc \
    --authorization-mode=Node,RBAC --service-cluster-ip-range=10.96.0.0/16 --default-not-ready-toleration-seconds=$EVICT --default-unreachable-toleration-seconds=$EVICT \
    --kubelet-client-certificate=$P/admin.crt --kubelet-client-key=$P/admin.key --kubelet-certificate-authority=$P/ca.crt --kubelet-preferred-address-types=InternalIP \
    >> $L/kube-apiserver.log 2>&1 < /dev/null & echo $! > $R/kube-apiserver.pid;;
down)
  mine || exit 0
  kill -9 $p; for i in $(seq 100); do [ -e /proc/$p ] || exit 0; grep -q '^State:.Z' /proc/$p/status 2>/dev/null && exit 0; sleep 0.1; done; die "it does not end";;
*) die "usage: apiserver.sh down|up";;
esac
