import {
  ENTRY_TIME,
  FETCHER_HEADER,
  PACK_SCRIPT,
} from '@model-ci/backstage-plugin-model-ci-node';

/** Before each line of the runner's own on the console. */
export const MARK = 'model-ci:';

/** Bytes of the log in one line of the console. */
const FRAME_BYTES = 49_152;

/**
 * What runs an attempt on an agent, in a folder of its own, as the agent's user. It needs sh, curl, and GNU's coreutils,
 * findutils, grep and tar. Before it stand the attempt's own words: `mark`, `seconds`, `log_bytes`, `ca`, the functions
 * `prepare`, `launch` and `store`.
 *
 * - It reaches the shell through a pipe and is read to its end before it starts, so what it knows (the URLs of transfers, the
 *   secret of the end) is in the memory of this shell only while the stage runs.
 * - Nothing that the stage writes reaches the console as it is: the log is sent in lines of base64, each with its offset.
 *   So no line of a stage is taken for one of Jenkins or of this script, and no byte is changed on its way.
 * - The first line says by which digest the last one is known. The stage does not run yet then.
 * - What the stage started is found by its mark, since Jenkins asks processes to end and does not make them.
 */
export const RUNNER = `
set +x
umask 077
rm -f .model-ci-plan
unset ENV BASH_ENV MODEL_CI_PLAN CDPATH
folder=$PWD
root=$folder/workspace
errors=$folder/tar
agent_path=$PATH
export LC_ALL=C
exec < /dev/null

random() {
  head -c "$1" /dev/urandom | od -An -v -tx1 | tr -d ' \\n'
}
secret=$(random 24)
tag=$(random 8)
say() {
  printf '${MARK}%s:%s\\n' "$tag" "$1"
}
word64() {
  printf %s "$1" | base64 -w 0
}
printf '${MARK}open:%s:%s\\n' "$tag" "$(printf %s "$secret" | sha256sum | cut -d ' ' -f 1)"

sweep() {
  name=\${1:-MODEL_CI_MARK} clean=0 rounds=0
  while [ $clean -lt 2 ] && [ $rounds -lt 200 ]; do
    rounds=$((rounds + 1))
    clean=$((clean + 1))
    for file in $(grep -l -s -z -x -F "$name=$mark" /proc/[0-9]*/environ); do
      clean=0
      file=\${file%/environ}
      kill -KILL "\${file#/proc/}"
    done
  done 2> /dev/null
}
terminated=
trap 'terminated=1; sweep' TERM HUP INT

end() {
  cd "$folder"
  say "end:$secret:$1"
  chmod -R u+rwX workspace home tmp 2> /dev/null
  rm -rf workspace home tmp
  exit "$2"
}
fail() {
  say "failed:$(word64 "$1")"
  end failed:1 1
}
config() {
  (umask 077; printf 'url = "%s"\\n' "$1" > "$folder/url")
}
call() {
  curl -sS -K "$folder/url" -H 'Expect:' --connect-timeout 20 --speed-limit 1 --speed-time 300 \\
    \${ca:+--cacert "$folder/ca.pem"} -w '%{stderr}\\n%{http_code}\\n' "$@" 2> "$folder/status"
}
pause() {
  [ -z "$terminated" ] || end terminated:143 143
  sleep "$(($1 < 6 ? 1 << $1 : 60))" & wait $!
  [ -z "$terminated" ] || end terminated:143 143
}
fetch() {
  config "$1"
  mkdir -p "$root/$2"
  failures=0
  while :; do
    { call -f -L; echo $? > "$folder/called"; } |
      tar -xf - -C "$root/$2" --no-same-owner --delay-directory-restore 2> "$folder/tar" &&
      [ "$(cat "$folder/called")" = 0 ] && [ "$(tail -n 1 "$folder/status")" = 200 ] && break
    http=$(tail -n 1 "$folder/status")
    failures=$((failures + 1))
    case $http in 400 | 401 | 403 | 404 | 405 | 409 | 410 | 413 | 422) failures=60 ;; esac
    [ $failures -lt 60 ] ||
      fail "The workspace could not be fetched (HTTP $http): $(head -n 1 "$folder/status") $(tr '\\n' ' ' < "$folder/tar")"
    pause $failures
  done
  rm -f "$folder/url"
}
# The name that it makes up lets it ask again where an answer was lost; nobody else is answered.
fetch_secrets() {
  config "$1"
  printf 'header = "${FETCHER_HEADER}: %s"\\n' "$(random 32)" >> "$folder/url"
  failures=0
  until call -f -d '' -o "$folder/secrets"; do
    http=$(tail -n 1 "$folder/status")
    failures=$((failures + 1))
    case $http in 400 | 401 | 403 | 404 | 405 | 409 | 410 | 413 | 422) failures=60 ;; esac
    [ $failures -lt 60 ] ||
      fail "The secrets could not be fetched (HTTP $http): $(head -n 1 "$folder/status")"
    pause $failures
  done
  rm -f "$folder/url"
}
${PACK_SCRIPT}
upload() {
  admitted=$(admit "$3")
  if [ "$admitted" != admitted ]; then
    say "result:$1:$(word64 "$admitted")"
    return 0
  fi
  config "$2"
  failures=0
  while :; do
    { pack "$3"; echo $? > "$folder/packed"; } | call -X PUT -T - -H 'Content-Type: application/x-tar' -o "$folder/answer"
    http=$(tail -n 1 "$folder/status")
    packed=$(cat "$folder/packed")
    # 141: whoever was to read the archive is gone (SIGPIPE)
    if [ "$packed" -gt 1 ] && [ "$packed" != 141 ]; then
      say "result:$1:$(word64 "$(refuse "'$3' could not be packed: $(head -n 1 "$folder/tar")")")"
      return 0
    fi
    case $http in
      200 | 201)
        digest=$(sed -n 's/.*"digest" *: *"\\(sha256:[0-9a-f]*\\)".*/\\1/p' "$folder/answer")
        # An answer that broke off has none; the same upload is answered the same again
        if [ -n "$digest" ]; then
          say "result:$1:$(word64 "uploaded $digest")"
          return 0
        fi ;;
      403 | 409 | 413 | 422)
        say "result:$1:$(word64 "rejected $http $(head -c 500 "$folder/answer" | tr '\\n' ' ')")"
        return 0 ;;
    esac
    failures=$((failures + 1))
    pause $failures
  done
}
drain() {
  trap '' TERM HUP INT
  at=0
  while :; do
    data=$(dd bs=${FRAME_BYTES} count=1 2> /dev/null | base64 -w 0)
    [ -n "$data" ] || break
    size=$((\${#data} / 4 * 3))
    case $data in *==) size=$((size - 2)) ;; *=) size=$((size - 1)) ;; esac
    if [ $((at + size)) -gt "$log_bytes" ]; then
      most=$((log_bytes - at))
      [ $most -le 0 ] || say "log:$at:$(printf %s "$data" | base64 -d | head -c $most | base64 -w 0)"
      : > "$folder/limited"
      sweep
      exec cat > /dev/null
    fi
    say "log:$at:$data"
    at=$((at + size))
  done
}

mkdir workspace home tmp || fail 'The folder of the attempt could not be made'
[ -z "$ca" ] || printf '%s\\n' "$ca" > ca.pem
for tool in curl tar setsid realpath; do
  command -v $tool > /dev/null || fail "The agent has no $tool, which a stage of Model CI needs"
done
prepare
find workspace -mindepth 1 -exec touch -h -d @${
  ENTRY_TIME.getTime() / 1000
} {} +
launch
mkfifo output || fail 'The agent has no named pipes'
exec 3<> output 4< output 5> output 3>&-
rm -f output
: > running
[ -z "$terminated" ] || end terminated:143 143
say "start:$(date +%s%3N)"
# Redirected by exec: a function that is called with other files keeps those before them open
(exec <&4 4<&- 5>&-; export MODEL_CI_DRAIN="$mark"; drain) &
drain=$!
(
  trap - TERM HUP INT
  cd workspace || exit 126
  umask 022
  exec setsid env -i PATH="$folder/home/.local/bin:$agent_path" HOME="$folder/home" TMPDIR="$folder/tmp" LANG=C.UTF-8 \\
    MODEL_CI_MARK="$mark" JENKINS_NODE_COOKIE="$JENKINS_NODE_COOKIE" JENKINS_SERVER_COOKIE="$JENKINS_SERVER_COOKIE" \\
    sh ../launch >&5 2>&1 4<&- 5>&-
) 2> /dev/null &
stage=$!
exec 4<&- 5>&-
(
  trap '' TERM HUP INT
  exec > /dev/null 2>&1
  left=$seconds
  while sleep 1; do
    [ -e running ] || exit 0
    left=$((left - 1))
    [ $left -gt 0 ] || { : > over; sweep; exit 0; }
  done
) &
wait "$stage"
code=$?
while kill -0 "$stage" 2> /dev/null; do
  wait "$stage"
  code=$?
done
rm -f running
sweep
(trap '' TERM HUP INT; sleep 2; kill -KILL "$drain"; sweep MODEL_CI_DRAIN) > /dev/null 2>&1 &
patience=$!
while kill -0 "$drain" 2> /dev/null; do
  wait "$drain"
done
kill -KILL "$patience" 2> /dev/null
if [ -e limited ]; then
  end killed:log-limit 137
elif [ -e over ]; then
  end killed:timeout 137
elif [ -n "$terminated" ]; then
  end "terminated:$code" 143
fi
cd workspace || end "exited:$code" "$code"
store
end "exited:$code" "$code"
`;
