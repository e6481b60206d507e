import { ENTRY_TIME } from '@model-ci/backstage-plugin-model-ci-node';
import { RECORD, WORKSPACE } from '../pods/scripts';

/** The exit code of the container that fetches, where another try gets the same answer. */
export const REFUSED = 3;

/**
 * For `sh -c FETCH`, before the service starts. FETCH holds lines of a URL and a path, which are secrets: they reach curl
 * in a file. What it fails by is its last line, which the kubelet keeps. It is started again by the kubelet, and then
 * fetches all of it again.
 */
export const FETCH = `
umask 077
export LC_ALL=C TMPDIR=${RECORD} HOME=${RECORD}
[ -z "$CA" ] || printf '%s\\n' "$CA" > ${RECORD}/ca.pem
cd ${WORKSPACE}
fetch() { # PATH
  { curl -sS -f -L --max-redirs 5 --proto-redir =http,https -K ${RECORD}/url --connect-timeout 20 --speed-limit 1 --speed-time 300 \\
    \${CA:+--cacert ${RECORD}/ca.pem} -w '%{stderr}%{num_redirects} %{http_code}' 2> ${RECORD}/status
    echo $? > ${RECORD}/called; } |
    (umask 022; tar -xf - -C "./$1" --no-same-owner --delay-directory-restore 2> ${RECORD}/tar) &&
    [ "$(cat ${RECORD}/called)" = 0 ] && [ "$(tail -c 3 ${RECORD}/status)" = 200 ]
}
printf '%s\\n' "$FETCH" > ${RECORD}/fetch
while read -r url path; do
  [ -n "$url" ] || continue
  printf 'url = "%s"\\n' "$url" > ${RECORD}/url
  (umask 022; mkdir -p "./$path")
  failures=0
  until fetch "$path"; do
    code=$(tail -c 3 ${RECORD}/status)
    failures=$((failures + 1))
    final=1
    case $(tail -n 1 ${RECORD}/status) in *'0 '40[0134] | *'0 '410) final=${REFUSED} ;; esac
    if [ $final != 1 ] || [ $failures -ge 5 ]; then
      set -f
      echo HTTP "$code": $(head -n 1 ${RECORD}/status) $(cat ${RECORD}/tar)
      exit $final
    fi
    sleep $failures
  done
done < ${RECORD}/fetch
find . -mindepth 1 -exec touch -h -d @${ENTRY_TIME.getTime() / 1000} {} +
`;

/**
 * For `sh -c SERVE`, as process 1 of a service's container. It gets no signal that it does not ask for, and its children get
 * none at all, so it passes the kubelet's polite one on to everything.
 */
export const SERVE = `
exec 2> /dev/null
trap 'kill -TERM -1' TERM
script=$MODEL_CI_SCRIPT
unset MODEL_CI_SCRIPT
(PATH=$HOME/.local/bin:$PATH; export PATH; exec sh -e -c "$script" model-ci 2>&1) &
child=$!
while :; do
  wait "$child"
  code=$?
  kill -0 "$child" || exit "$code"
done
`;
