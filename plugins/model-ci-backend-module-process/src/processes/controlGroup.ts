import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';

/**
 * A control group (version 2) per attempt, below the backend's own: a process can leave its session, change its
 * environment and its folder, but not its group, unless it may write to one outside.
 */
export function createControlGroup(id: string): string | undefined {
  const parent = ownControlGroup();
  if (!parent) {
    return undefined;
  }
  const path = join(parent, nameOf(id));
  try {
    mkdirSync(path, { recursive: true });
    return path;
  } catch {
    return undefined; // not the backend's to write to, as in most containers
  }
}

/** Whether that is a group that was made for this attempt; nothing else is ever killed. */
export function isControlGroupOf(id: string, path: string): boolean {
  return (
    basename(path) === nameOf(id) && existsSync(join(path, 'cgroup.procs'))
  );
}

/** Kills everything in it at once, also what forks at this moment; answers whether anything may be left. */
export function killControlGroup(path: string): boolean {
  try {
    if (
      !/^populated 1$/m.test(readFileSync(join(path, 'cgroup.events'), 'utf8'))
    ) {
      return false;
    }
    // Linux 5.14
    writeFileSync(join(path, 'cgroup.kill'), '1', { flag: 'r+' });
    return true;
  } catch {
    return false;
  }
}

/** With the groups that a script may have made in it. */
export function removeControlGroup(path: string): void {
  try {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.isDirectory()) {
        removeControlGroup(join(path, entry.name));
      }
    }
    rmdirSync(path);
  } catch {
    // Removed already, or something is about to end in it; an empty group does no harm
  }
}

function nameOf(id: string): string {
  return `model-ci-${id}`;
}

let own: { path: string | undefined } | undefined;

function ownControlGroup(): string | undefined {
  own ??= { path: findOwnControlGroup() };
  return own.path;
}

function findOwnControlGroup(): string | undefined {
  try {
    const [, path] =
      /^0::(\/.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8')) ?? [];
    // Fields: id, parent, device, root, mount point, …, ' - ', type
    const [, root, mount] =
      /^\d+ \d+ \S+ (\S+) (\S+) .* - cgroup2 /m.exec(
        readFileSync('/proc/self/mountinfo', 'utf8'),
      ) ?? [];
    if (!path || !mount || path.includes('/..')) {
      return undefined;
    }
    const below =
      root !== '/' && path.startsWith(root) ? path.slice(root.length) : path;
    const folder = join(mount, below);
    return existsSync(join(folder, 'cgroup.kill')) || below === '/'
      ? folder
      : undefined;
  } catch {
    return undefined; // no Linux, or no version 2
  }
}
