import { ABANDONED_MINUTES, DRAFT, REMOVED } from './AttemptFiles';
import { LAST_ENTRY } from './uploadArchive';

// What runs where the cluster is. The first argument is the folder of all attempts, the second an attempt's name. A stage
// may have put anything into its folder: pipes and links are passed over, and nothing is waited for long.

export const EXISTS = '[ -d "$1/$2" ]';

/** The third argument is the draft's name; the archive comes on the input. */
export const CREATE = `umask 077
mkdir -p "$1" && cd "$1" && mkdir "$3" || exit 1
if tar -x -p --no-same-owner -f - -C "$3" && [ -e "$3/${LAST_ENTRY}" ]; then
  rm "$3/${LAST_ENTRY}"
  mv -T "$3" "$2" 2> /dev/null && exit 0
  [ -d "$2" ] && code=0 || code=1
else
  code=1
fi
rm -rf "$3"
exit "$code"
`;

/** Reads names; writes name, bytes of log, exit record and reason of a kill, with tabs between. */
export const READ_RECORDS = `cd "$1" 2> /dev/null || exit 0
text() {
  [ -f "$1" ] && [ ! -L "$1" ] || return 0
  timeout 5 head -c 200 "$1" | head -n 1 | tr -cd 'A-Za-z0-9_ -'
}
while read -r id; do
  ls -a "$id" > /dev/null 2>&1 || continue
  size=0
  [ ! -f "$id/log" ] || size=$(stat -c %s "$id/log")
  printf '%s\\t%s\\t%s\\t%s\\n' "$id" "$size" "$(text "$id/exit")" "$(text "$id/killed")"
done
`;

/** The third argument is the reason. */
export const NOTE_KILL = `cd "$1/$2" 2> /dev/null || exit 0
[ ! -e exit ] && [ ! -e killed ] || exit 0
umask 077
printf '%s\\n' "$3" > "killed.$$" && { ln "killed.$$" killed 2> /dev/null; rm -f "killed.$$"; }
`;

/** Reads lines of name, offset and most bytes; writes name, size of the log, number of bytes, and those bytes, for each. */
export const READ_LOGS = `cd "$1" 2> /dev/null || exit 0
while read -r id offset most; do
  size=-1
  [ ! -f "$id/log" ] || [ -L "$id/log" ] || size=$(stat -c %s "$id/log")
  length=$((size - offset))
  [ "$length" -le "$most" ] || length=$most
  [ "$length" -ge 0 ] || length=0
  printf '%s %s %s\\n' "$id" "$size" "$length"
  [ "$length" -eq 0 ] || { timeout 30 tail -c "+$((offset + 1))" "$id/log"; cat /dev/zero; } 2> /dev/null | head -c "$length"
done
`;

export const NOTHING_THERE = 4;
export const LEAVES_WORKSPACE = 5;

/** The third and fourth arguments are folder and name in the workspace. Writes the real names of workspace and folder. */
export const LOOK_UP = `cd "$1/$2" 2> /dev/null || exit ${NOTHING_THERE}
[ -d workspace ] && [ ! -L workspace ] || exit ${LEAVES_WORKSPACE}
root=$(realpath workspace) || exit ${NOTHING_THERE}
folder=$(realpath -e "workspace/$3" 2> /dev/null) || exit ${NOTHING_THERE}
case $folder/ in "$root"/*) ;; *) exit ${LEAVES_WORKSPACE} ;; esac
[ -d "$folder" ] || exit ${NOTHING_THERE}
[ -e "$folder/$4" ] || [ -L "$folder/$4" ] || exit ${NOTHING_THERE}
printf '%s\\n%s\\n' "$root" "$folder"
`;

/** Packs a name in a folder. */
export const PACK =
  'exec tar -c --sort=name --format=gnu -f - -C "$1" -- "$2" 2> /dev/null';

/** Writes size and path below the third argument of each plain file, each with a NUL. */
export const LIST_FILES = `cd "$1" || exit 0
find -P "./$2" -type f -printf '%s %P\\0' 2> /dev/null | head -z -n 10000
`;

/** Writes a plain file from an offset on. */
export const READ_FILE = `cd "$1" && [ -f "$2" ] && [ ! -L "$2" ] || exit 0
timeout 60 tail -c "+$(($3 + 1))" "./$2"
`;

/** The third argument is the name that it has while it is removed. */
export const REMOVE = `cd "$1" 2> /dev/null || exit 0
mv -T "$2" "$3" 2> /dev/null || { [ ! -e "$2" ]; exit; }
rm -rf "$3" 2> /dev/null || { find "$3" -type d -exec chmod u+rwx {} +; rm -rf "$3"; }
`;

export const SWEEP = `umask 077
mkdir -p "$1" && cd "$1" || exit 1
find . -maxdepth 1 '(' -name '${REMOVED}*' -o -name '${DRAFT}*' -mmin +${ABANDONED_MINUTES} ')' -exec rm -rf {} +
`;
