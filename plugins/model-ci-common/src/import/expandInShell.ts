import type { Draft } from './draft';

/**
 * Moves variables whose values have others in them into the commands: in a definition they would stay as they are written,
 * and the shell expands them.
 */
export function expandInShell(draft: Draft): void {
  const shared = takeExpanded(draft.env);
  for (const stage of draft.stages) {
    const own = takeExpanded(stage.env);
    const exports = [...shared, ...own];
    if (exports.length > 0) {
      stage.run.unshift(...exports);
    }
  }
}

function takeExpanded(env: Record<string, string>): string[] {
  return Object.entries(env).flatMap(([name, value]) => {
    if (!/\$[A-Za-z_{]/.test(value)) {
      return [];
    }
    delete env[name];
    return [exportOf(name, value)];
  });
}

/** A variable whose value the shell expands. */
export function exportOf(name: string, value: string): string {
  return `export ${name}="${value.replace(/[\\"`]/g, String.raw`\$&`)}"`;
}
