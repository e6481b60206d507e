import type { ArchiveFile } from '@model-ci/backstage-plugin-model-ci-common';

export interface Folder {
  /** Names of the folders in it, by alphabet. */
  folders: string[];
  files: Array<ArchiveFile & { name: string }>;
}

/** What lies directly in a folder (`''` or ending in `/`), whether or not the archive names the folder itself. */
export function contentOf(files: ArchiveFile[], folder: string): Folder {
  const folders = new Set<string>();
  const within = new Map<string, ArchiveFile & { name: string }>();
  for (const file of files) {
    if (!file.path.startsWith(folder)) {
      continue;
    }
    const [name, ...rest] = file.path.slice(folder.length).split('/');
    if (rest.length > 0 || file.type === 'directory') {
      if (name !== '' || rest.length > 1) {
        folders.add(name);
      }
    } else if (name !== '') {
      // Of several with one name the last is there when it is unpacked.
      within.set(name, { ...file, name });
    }
  }
  const byName = (a: string, b: string) => a.localeCompare(b);
  return {
    folders: [...folders].sort(byName),
    files: [...within.values()].sort((a, b) => byName(a.name, b.name)),
  };
}

/** Where to begin: the innermost folder that holds everything. */
export function firstFolder(files: ArchiveFile[]): string {
  let folder = '';
  for (;;) {
    const { folders, files: here } = contentOf(files, folder);
    if (folders.length !== 1 || here.length > 0 || folders[0] === '') {
      return folder;
    }
    folder = `${folder}${folders[0]}/`;
  }
}
