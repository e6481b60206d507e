/**
 * Functions of a shell that pack a path of the workspace folder by folder, in the order of the bytes of their names, for
 * engines that upload results for themselves. They need GNU's tar, coreutils and findutils, the workspace as working
 * directory and in `$root`, and a file for tar's words in `$errors`.
 *
 * What leads out of the workspace is refused: where links point to is not the stage's. Absolute links into it become
 * relative ones. `admit` answers in the words that `parseUploadResult` reads, or `admitted`.
 */
export const PACK_SCRIPT = `
refuse() { # REASON
  printf 'refused %s\\n' "$(printf %s "$1" | tr '\\n' ' ')"
}

escaping() { # PATH
  find "./$1" -type l -lname '/*' -print -quit
  find "./$1" -type l \\( -lname .. -o -lname '../*' -o -lname '*/..' -o -lname '*/../*' \\) -exec sh -c '
    root=$1
    shift
    for link do
      case $(realpath -sm -- "$(dirname -- "$link")/$(readlink -- "$link")") in
        "$root" | "$root"/*) ;;
        *) printf "%s\\n" "$link"; break ;;
      esac
    done' sh "$root" {} +
}

admit() { # PATH
  case $(realpath -m -- "$(dirname -- "./$1")") in
    "$root" | "$root"/*) ;;
    *) refuse "'$1' leaves the workspace through a link: store the files themselves"; return ;;
  esac
  [ -e "./$1" ] || [ -L "./$1" ] || { echo missing; return; }
  find "./$1" -type l -lname '/*' -exec sh -c '
    root=$1
    shift
    for link do
      case $(readlink -- "$link") in
        "$root" | "$root"/*) ln -sfn -- "$(realpath -sm --relative-to="$(dirname -- "$link")" -- "$(readlink -- "$link")")" "$link" ;;
      esac
    done' sh "$root" {} +
  link=$(escaping "$1" | head -n 1)
  if [ -n "$link" ]; then
    refuse "Link '\${link#./}' points to '$(readlink -- "$link")', outside of the workspace: store the files themselves"
    return
  fi
  odd=$(find "./$1" ! -type f ! -type d ! -type l ! -type s -print -quit)
  if [ -n "$odd" ]; then
    refuse "'\${odd#./}' is a pipe or a device: only files, folders and links can be stored"
    return
  fi
  echo admitted
}

names() { # PATH
  if [ "$1" = . ]; then
    find . -mindepth 1 -maxdepth 1 -printf '%P\\0' | sort -z
  else
    printf '%s\\0' "$1"
  fi
}

pack() { # PATH
  names "$1" | tar --null --verbatim-files-from -T - --format=gnu --sort=name --hard-dereference \\
    --owner=0 --group=0 --numeric-owner -cf - 2> "$errors"
}
`;
