import {
  ENTRY_TIME,
  PACK_SCRIPT,
} from '@model-ci/backstage-plugin-model-ci-node';

export const WORKSPACE = '/workspace';
export const HOME = '/home/model-ci';
/** Two pipes by which sidecar and stage meet; the stage cannot change what is there. */
export const CONTROL = '/model-ci/control';
/** Log and results, in a volume that only the sidecar has. */
export const RECORD = '/model-ci/record';

/** How each shell is called: it stops at the first command that fails; bash also where that is not the last of a pipe. */
export const SHELLS = {
  sh: 'sh -e',
  bash: 'bash -e -o pipefail',
} as const;

/** The sidecar's word that the workspace is there. */
const GO = 'go';
/** A stage that was never let go. */
export const NOT_STARTED = 125;
/** How long the portal has the first word when the time is over. */
const WATCHDOG_SECONDS = 30;

/**
 * For `sh -c STAGE model-ci SECONDS`, as process 1 of the stage's container.
 *
 * - It waits until the sidecar has put the workspace in place. Until then it ends when it is asked to.
 * - Both streams are one pipe, so that their order is that of writing. The sidecar reads it, and sees by its end that
 *   this process has ended: the script cannot close it, since this process holds it open.
 * - The parentheses keep the shell from adding a word of its own when the script is killed.
 * - What the script left running is killed when process 1 ends.
 * - While no backend is there, the time limit is kept by a process beside the script.
 */
export const stageScript = (shell: keyof typeof SHELLS) => `
exec 2> /dev/null
trap 'exit ${NOT_STARTED}' TERM
until [ -p ${CONTROL}/go ] && [ -p ${CONTROL}/log ]; do sleep 0.05 || sleep 1; done
exec 3> ${CONTROL}/log
read -r word < ${CONTROL}/go
[ "$word" = ${GO} ] || exit ${NOT_STARTED}
trap - TERM
script=$MODEL_CI_SCRIPT
unset MODEL_CI_SCRIPT
(exec 3>&- > /dev/null; sleep "$(($1 + ${WATCHDOG_SECONDS}))"; kill -KILL -1) &
(PATH=$HOME/.local/bin:$PATH; export PATH; exec ${SHELLS[shell]} -c "$script" model-ci >&3 2>&1 3>&-)
exit $?
`;

/**
 * For `sh -c SIDECAR_SCRIPT model-ci LOG_BYTES`, as process 1 of the sidecar's container. FETCH and UPLOAD hold lines of a URL
 * and a path.
 *
 * - URLs are secrets, so they reach curl in files and never on a command line. The portal may send a fetch on to a bucket.
 * - What breaks off may still be an archive to tar, so that curl has to say that it was all of it.
 * - Everything that was given has one time, folders and links too, which separates it from what the stage writes.
 * - The log is a file that the stage cannot open. Past its limit, or on a full disk, the rest is read and dropped, and the
 *   stage goes on; that the disk was full is known by a file that is gone, since nothing can be written then.
 * - What it notes at the end has its room from the start on. A note that cannot be written is tried again.
 * - It stays until it is removed, since the log is read through it.
 */
export const SIDECAR_SCRIPT = `
umask 022
[ -z "$CA" ] || printf "%s\\n" "$CA" > ${RECORD}/ca.pem
export LC_ALL=C TMPDIR=${RECORD} HOME=${RECORD}
errors=${RECORD}/tar root=${WORKSPACE}
trap 'exit 0' TERM
cd ${WORKSPACE}
mkfifo -m 600 ${CONTROL}/go ${CONTROL}/log

config() { # FILE URL
  (umask 077; printf 'url = "%s"\\n' "$2" > "$1")
}

call() { # URL-FILE STATUS-FILE ARGS...
  urls=$1 answered=$2
  shift 2
  curl -sS -K "$urls" -H 'Expect:' --connect-timeout 20 --speed-limit 1 --speed-time 300 \\
    \${CA_FILE:+--cacert "$CA_FILE"} -w '%{stderr}\\n%{num_redirects} %{http_code}\\n' "$@" 2> "$answered"
}

status() {
  sed -n '$s/.* //p' ${RECORD}/status
}

redirects() {
  sed -n '$s/ .*//p' ${RECORD}/status
}

pause() { # FAILURES
  sleep "$(($1 < 6 ? 1 << $1 : 60))" & wait $!
}

fetch() { # URL PATH
  config ${RECORD}/url "$1"
  mkdir -p "./$2"
  failures=0
  while :; do
    { call ${RECORD}/url ${RECORD}/status -f -L --max-redirs 5 --proto-redir =http,https; echo $? > ${RECORD}/called; } |
      tar -xf - -C "./$2" --no-same-owner --delay-directory-restore 2> ${RECORD}/tar &&
      [ "$(cat ${RECORD}/called)" = 0 ] && [ "$(status)" = 200 ] && return 0
    code=$(status)
    # Where the portal has sent it on, the next try gets a new address
    [ "$(redirects)" != 0 ] || case $code in 400 | 401 | 403 | 404 | 405 | 409 | 410 | 413 | 422) break ;; esac
    failures=$((failures + 1))
    [ $failures -lt 60 ] || break
    pause $failures
  done
  { printf 'fetch-failed HTTP %s: ' "$code"
    head -n 1 ${RECORD}/status | tr -d '\\n'; tr '\\n' ' ' < ${RECORD}/tar; echo; } > ${RECORD}/failure
  return 1
}

prepare() {
  [ -n "$FETCH" ] || return 0
  printf '%s\\n' "$FETCH" > ${RECORD}/fetch
  while read -r url path; do
    fetch "$url" "$path" || return 1
  done < ${RECORD}/fetch
  find . -mindepth 1 -exec touch -h -d @${ENTRY_TIME.getTime() / 1000} {} +
}

${PACK_SCRIPT}
note() { # LINE
  untold=0
  until printf '%s\\n' "$1" >> ${RECORD}/results; do
    untold=$((untold + 1))
    pause $untold
    echo >> ${RECORD}/results
  done 2> /dev/null
}

upload() { # NUMBER URL PATH
  admitted=$(admit "$3")
  if [ "$admitted" != admitted ]; then
    note "$1 $admitted"
    return 0
  fi
  config ${RECORD}/url "$2"
  failures=0
  while :; do
    { pack "$3"; echo $? > ${RECORD}/packed; } | call ${RECORD}/url ${RECORD}/status -X PUT -T - -H 'Content-Type: application/x-tar' -o ${RECORD}/answer
    code=$(status)
    packed=$(cat ${RECORD}/packed)
    # 141: whoever was to read the archive is gone (SIGPIPE)
    if [ "$packed" -gt 1 ] && [ "$packed" != 141 ]; then
      note "$1 $(refuse "'$3' could not be packed: $(head -n 1 ${RECORD}/tar)")"
      return 0
    fi
    case $code in
      200 | 201)
        digest=$(sed -n 's/.*"digest" *: *"\\(sha256:[0-9a-f]*\\)".*/\\1/p' ${RECORD}/answer)
        # An answer that broke off has none; the same upload is answered the same again
        if [ -n "$digest" ]; then
          note "$1 uploaded $digest"
          return 0
        fi ;;
      403 | 409 | 413 | 422)
        note "$1 rejected $code $(head -c 500 ${RECORD}/answer | tr '\\n' ' ')"
        return 0 ;;
    esac
    printf 'HTTP %s %s\\n' "$code" "$(head -n 1 ${RECORD}/status) $(head -c 500 ${RECORD}/answer | tr '\\n' ' ')" > ${RECORD}/unstored
    failures=$((failures + 1))
    pause $failures
  done
}

store() {
  [ -n "$UPLOAD" ] || return 0
  printf '%s\\n' "$UPLOAD" > ${RECORD}/upload
  number=0
  while read -r url path; do
    upload $number "$url" "$path"
    rm -f ${RECORD}/unstored
    number=$((number + 1))
  done < ${RECORD}/upload
}

: > ${RECORD}/log
: > ${RECORD}/whole
head -c 65536 /dev/zero > ${RECORD}/reserve
if prepare; then word=${GO}; else word=failed; fi
exec 3< ${CONTROL}/log
started=$(date +%s%3N)
{ [ $word = failed ] || : > ${RECORD}/started; echo $word; } > ${CONTROL}/go
(ulimit -f "$(($1 / 512 + 1))"; exec cat <&3 >> ${RECORD}/log) 2> /dev/null ||
  [ "$(stat -c %s ${RECORD}/log)" -gt "$1" ] || rm -f ${RECORD}/whole
cat <&3 > /dev/null
exec 3<&-
rm -f ${RECORD}/reserve
echo $(($(date +%s%3N) - started)) > ${RECORD}/ran
: > ${RECORD}/ended
[ $word = failed ] || store
: > ${RECORD}/done
while :; do sleep 3600 & wait $!; done
`;

/**
 * For `sh -c READ_LOG model-ci OFFSET LOG_BYTES MOST`, in the sidecar: the log from an offset on, as it is written, in
 * lines `data BYTES` and the bytes. The last line says whether it has `ended`, is `over` its limit, was `cut` after so many
 * bytes because the disk was full, or has `more`. It shows every few seconds that it is `alive`.
 */
export const READ_LOG = `
log=${RECORD}/log at=$1 limit=$2 end=$(($1 + $3)) idle=0
[ $end -le $limit ] || end=$limit
while :; do
  closed= cut=
  [ -e ${RECORD}/ended ] && closed=1
  [ -e ${RECORD}/whole ] || cut=1
  size=$(stat -c %s $log) || exit 1
  to=$size
  [ $to -le $end ] || to=$end
  if [ $to -gt $at ]; then
    echo data $((to - at)) && tail -c +$((at + 1)) $log | head -c $((to - at)) || exit 1
    at=$to idle=0
  fi
  if [ $size -gt $limit ] && [ $at -ge $limit ]; then echo over; exit 0; fi
  if [ -n "$cut" ] && [ $at -ge $size ]; then echo cut $size; exit 0; fi
  if [ -n "$closed" ] && [ $at -ge $size ]; then echo ended; exit 0; fi
  if [ $at -ge $end ] && [ $end -lt $limit ]; then echo more; exit 0; fi
  if [ $idle -lt 50 ]; then sleep 0.1; else sleep 0.5; fi
  idle=$((idle + 1))
  [ $((idle % 20)) -ne 0 ] || echo alive || exit 1
done
`;

const tick = `
  sleep 0.1
  idle=$((idle + 1))
  [ $((idle % 50)) -ne 0 ] || echo alive || exit 1`;

/**
 * For `sh -c READ_RECORD model-ci SECONDS`, in the sidecar: what became of the attempt, once it has ended. Waits up to
 * SECONDS for results that are not stored yet, or until an upload fails; then reports why they are not.
 */
export const READ_RECORD = `
idle=0
until [ -e ${RECORD}/ended ]; do${tick}
done
idle=0
until [ -e ${RECORD}/done ] || [ -s ${RECORD}/unstored ] || [ $idle -ge $(($1 * 10)) ]; do${tick}
done
[ -e ${RECORD}/done ] && stored=1 || stored=
ran=$(cat ${RECORD}/ran)
echo "ran \${ran:-0}"
[ ! -e ${RECORD}/started ] || date -r ${RECORD}/started '+started %s%3N'
cat ${RECORD}/failure ${RECORD}/results 2> /dev/null
[ -n "$stored" ] || echo "unstored $(cat ${RECORD}/unstored 2> /dev/null || echo 'The upload is under way')"
echo end
`;

/** For `sh -c AWAIT_START`, in the sidecar: when the stage was let go, in milliseconds since 1970. */
export const AWAIT_START = `
idle=0
until [ -e ${RECORD}/started ]; do
  [ ! -e ${RECORD}/ended ] || [ -e ${RECORD}/started ] || exit 1${tick}
done
date -r ${RECORD}/started '+started %s%3N'
`;

/**
 * For `sh -c SEND_PATH model-ci PATH`, in the sidecar: a line that says whether the path can be had, and then its archive.
 */
export const SEND_PATH = `
export LC_ALL=C TMPDIR=${RECORD}
errors=/dev/null root=${WORKSPACE}
cd ${WORKSPACE}
${PACK_SCRIPT}
word=$(admit "$1")
printf '%s\\n' "$word"
[ "$word" != admitted ] || pack "$1"
`;

/** For `sh -c ELAPSED`, in the sidecar: milliseconds since the stage was let go, by the node's own clock. */
export const ELAPSED = `
[ -e ${RECORD}/started ] || { echo elapsed 0; exit 0; }
echo elapsed $(($(date +%s%3N) - $(date -r ${RECORD}/started +%s%3N)))
`;

/** For `sh -c KILL`, in the stage's container. Process 1 gets signals from within only while it waits to start. */
export const KILL = `
for round in 1 2 3 4 5; do
  kill -TERM 1
  kill -KILL -1
  sleep 0.1
done 2> /dev/null
`;

/**
 * For `sh -c LIST_FILES model-ci FOLDER NAME`, in the stage's container, which sees nothing but what the stage sees:
 * plain files, each with its size. No link is followed.
 */
export const LIST_FILES = `
cd -P "${WORKSPACE}/$1" 2> /dev/null || exit 0
case $PWD/ in ${WORKSPACE}/*) ;; *) exit 0 ;; esac
[ ! -L "./$2" ] && { [ -f "./$2" ] || [ -d "./$2" ]; } || exit 0
find "./$2" -type f -exec stat -c '%s %n' {} + 2> /dev/null | head -n 10000
exit 0
`;

/** For `sh -c READ_FILE model-ci FOLDER NAME OFFSET BYTES`, in the stage's container. */
export const READ_FILE = `
cd -P "${WORKSPACE}/$1" 2> /dev/null || exit 0
case $PWD/ in ${WORKSPACE}/*) ;; *) exit 0 ;; esac
[ -f "./$2" ] && [ ! -L "./$2" ] || exit 0
tail -c +$(($3 + 1)) "./$2" | head -c "$4"
exit 0
`;
