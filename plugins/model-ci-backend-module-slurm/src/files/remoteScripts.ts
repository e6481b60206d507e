import {
  ABANDONED_MINUTES,
  CLOSED,
  CLOSED_MINUTES,
  DRAFT,
  MARKER,
  REMOVED,
} from './AttemptFiles';
import { LAST_ENTRY } from './uploadArchive';

// What runs where the cluster is. The first argument is the folder of all attempts, the second an attempt's name. A stage
// may have put anything into its folder: pipes and links are passed over, and nothing is waited for long.

/**
 * Only what is known to be missing is: `missing` says so of a path that the file system answers for, and not where the
 * folder of all attempts is away, or one of them cannot be read at present.
 */
const ENTER = `export LC_ALL=C
cd "$1" && [ -e ${MARKER} ] || { echo "no ${MARKER} in $1: is its file system mounted?" >&2; exit 1; }
missing() {
  said=$(ls -a -d -- "$1" 2>&1 > /dev/null) && return 1
  case $said in *'No such file or directory' | *'Not a directory') [ -e ${MARKER} ] ;; *) return 1 ;; esac
}
`;

export const NOTHING_THERE = 4;
export const LEAVES_WORKSPACE = 5;
export const UNREADABLE = 6;
export const IS_CLOSED = 7;
export const FOLDER_GONE = 8;

export const EXISTS = `${ENTER}missing "$2" && exit ${NOTHING_THERE}
[ -d "$2" ]
`;

/**
 * The third argument is the draft's name; the archive comes on the input. Whether the attempt is closed is looked at once its
 * folder is there: who closes it later finds the folder.
 */
export const CREATE = `umask 077
${ENTER}mkdir "$3" || exit 1
if tar -x -p --no-same-owner -f - -C "$3" && [ -e "$3/${LAST_ENTRY}" ]; then
  rm "$3/${LAST_ENTRY}"
  if mv -T "$3" "$2" 2> /dev/null; then
    [ -e "${CLOSED}/$2" ] || exit 0
    mv -T "$2" "$3"
    code=${IS_CLOSED}
  else
    [ -d "$2" ] && code=0 || code=1
  fi
else
  code=1
fi
rm -rf "$3"
exit "$code"
`;

/** What is written of a folder that is gone. */
export const GONE = 'gone';

/** Reads names; writes name, bytes of log, exit record and reason of a kill, with tabs between. */
export const READ_RECORDS = `${ENTER}text() {
  [ -f "$1" ] && [ ! -L "$1" ] || return 0
  line=$(timeout 5 head -c 200 "$1") || return 1
  printf %s "$line" | head -n 1 | tr -cd 'A-Za-z0-9_ -'
}
while read -r id; do
  if ! ls -a "$id" > /dev/null 2>&1; then
    ! missing "$id" || printf '%s\\t${GONE}\\n' "$id"
    continue
  fi
  size=0
  [ ! -f "$id/log" ] || [ -L "$id/log" ] || size=$(stat -c %s "$id/log") || continue
  exit=$(text "$id/exit") && killed=$(text "$id/killed") || continue
  printf '%s\\t%s\\t%s\\t%s\\n' "$id" "$size" "$exit" "$killed"
done
`;

/** The note comes on the input: the secret in it stands in no list of processes. */
export const NOTE_KILL = `${ENTER}missing "$2" && exit 0
cd "$2" || exit 1
[ ! -e exit ] && [ ! -e killed ] || exit 0
umask 077
cat > "killed.$$" && { ln "killed.$$" killed 2> /dev/null; rm -f "killed.$$"; }
`;

/** What stands behind the bytes of a log. */
export const WHOLE = 'whole';

/**
 * Reads lines of name, offset and most bytes; writes name, size of the log, number of bytes, those bytes, and whether they are
 * the log's, for each. The log is opened for its size: a file system on a network remembers for long how large it was.
 */
export const READ_LOGS = `${ENTER}while read -r id offset most; do
  size=-1 length=0 end=${WHOLE}
  if [ -f "$id/log" ] && [ ! -L "$id/log" ]; then
    size=$(timeout 5 wc -c "$id/log" 2> /dev/null) && size=\${size%% *} || size=-1 end=unread
  elif ! ls -a "$id" > /dev/null 2>&1; then
    missing "$id" || end=unread
  fi
  [ "$size" -le "$offset" ] || length=$((size - offset))
  [ "$length" -le "$most" ] || length=$most
  printf '%s %s %s\\n' "$id" "$size" "$length"
  if [ "$length" -gt 0 ]; then
    said=$({ {
      timeout 30 dd if="$id/log" iflag=skip_bytes,count_bytes,fullblock skip="$offset" count="$length" bs=64K 2>&3
      cat /dev/zero
    } | head -c "$length" >&4; } 3>&1 2> /dev/null)
    case $said in *"
$length byte"*) ;; *) end=short ;; esac
  fi 4>&1
  echo "$end"
done
`;

/** The third and fourth arguments are folder and name in the workspace. Writes the real names of workspace and folder. */
export const LOOK_UP = `${ENTER}! missing "$2" || exit ${FOLDER_GONE}
ls -a "$2" > /dev/null || exit 1
! missing "$2/workspace" || exit ${NOTHING_THERE}
[ -d "$2/workspace" ] && [ ! -L "$2/workspace" ] || exit ${LEAVES_WORKSPACE}
root=$(realpath -e "$2/workspace") || exit 1
give_up() {
  echo "$1" >&2
  case $1 in
    *'No such file or directory' | *'Not a directory' | *'Too many levels of symbolic links') exit ${NOTHING_THERE} ;;
    *'Permission denied') exit ${UNREADABLE} ;;
    *) exit 1 ;;
  esac
}
folder=$(realpath -e -- "$root/$3" 2>&1) || give_up "$folder"
case $folder/ in "$root"/*) ;; *) exit ${LEAVES_WORKSPACE} ;; esac
[ -d "$folder" ] || exit ${NOTHING_THERE}
said=$(ls -d -- "$folder/$4" 2>&1 > /dev/null) || give_up "$said"
printf '%s\\n%s\\n' "$root" "$folder"
`;

/** Packs a name in a folder. */
export const PACK =
  'export LC_ALL=C; exec tar -c --sort=name --format=gnu -f - -C "$1" -- "$2"';

/** Writes size and path below the third argument of each plain file, each with a NUL. */
export const LIST_FILES = `cd "$1" || exit 0
find -P "./$2" -type f -printf '%s %P\\0' 2> /dev/null | head -z -n 10000
`;

/** Writes a plain file from an offset on. */
export const READ_FILE = `cd "$1" && [ -f "$2" ] && [ ! -L "$2" ] || exit 0
timeout 60 tail -c "+$(($3 + 1))" "./$2"
`;

export const CLOSE = `umask 077
${ENTER}mkdir -p ${CLOSED} && : >> "${CLOSED}/$2"
`;

/** The third argument is the name that it has while it is removed. */
export const REMOVE = `umask 077
${ENTER}mkdir -p ${CLOSED} && : >> "${CLOSED}/$2" || exit 1
mv -T "$2" "$3" 2> /dev/null || { missing "$2"; exit; }
rm -rf "$3" 2> /dev/null || { find "$3" -type d -exec chmod u+rwx {} +; rm -rf "$3"; }
`;

/** A folder above that is missing is not made: it may be one that is not mounted yet. */
export const SWEEP = `umask 077
[ -d "$1" ] || mkdir "$1" || exit 1
cd "$1" && : >> ${MARKER} || exit 1
find . -maxdepth 1 '(' -name '${REMOVED}*' -o -name '${DRAFT}*' -mmin +${ABANDONED_MINUTES} ')' -exec rm -rf {} +
[ ! -d ${CLOSED} ] || find ${CLOSED} -type f -mmin +${CLOSED_MINUTES} -exec rm -f {} +
`;
