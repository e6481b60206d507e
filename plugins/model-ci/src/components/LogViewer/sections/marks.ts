/** Where a section of a log begins or ends. */
export type SectionMark =
  | SectionStart
  /** Ends the section of that name, or the innermost group. */
  | { type: 'end'; name?: string };

export type SectionStart = {
  type: 'start';
  /** A command of the stage ends where the next one begins, the others at a mark of their own. */
  kind: 'command' | 'group';
  /** By which its end names it; GitHub's groups have none. */
  name?: string;
  /** Whether it is shown folded at first. */
  collapsed: boolean;
};

/** What the portal writes before each command of a stage; see the backend's `echoCommands`. */
const COMMAND = '##[model-ci.command ';
const COMMAND_LINE = /^##\[model-ci\.command \d{1,4}\/\d{1,4}\] (.*)$/s;

// GitLab: `section_start:<seconds>:<name>[collapsed=true]`, overwritten at once by the section's title.
const GITLAB =
  // eslint-disable-next-line no-control-regex
  /^(?:\u001b\[[0-9;]*m)*section_(start|end):\d{1,15}:([\w.-]{1,200})(?:\[([^\]]{0,200})\])?$/;
// GitHub and Azure Pipelines: `::group::<title>`, `##[group]<title>`, maybe behind the time of the line.
const GITHUB =
  // eslint-disable-next-line no-control-regex
  /^((?:\u001b\[[0-9;]*m|\d{4}-\d\d-\d\dT[\d:.]+Z )*)(?:::(group|endgroup)::|##\[(group|endgroup)\])(.*)$/s;

/** The mark that a carriage return is about to overwrite. */
export function overwrittenMark(text: string): SectionMark | undefined {
  if (!text.includes('section_')) {
    return undefined;
  }
  const [, type, name, options] = GITLAB.exec(text) ?? [];
  if (name === undefined) {
    return undefined;
  }
  return type === 'end'
    ? { type: 'end', name }
    : {
        type: 'start',
        kind: 'group',
        name,
        collapsed: /(?:^|,)collapsed=true(?:,|$)/.test(options ?? ''),
      };
}

/** The mark that a whole line is, and what is to be shown in its place. */
export function lineMark(
  text: string,
): { mark: SectionMark; text: string } | undefined {
  if (!text.includes('::') && !text.includes('##[')) {
    return undefined;
  }
  const [, command] = COMMAND_LINE.exec(text) ?? [];
  if (command !== undefined) {
    const mark = { type: 'start', kind: 'command', collapsed: false } as const;
    return { mark, text: `$ ${command}` };
  }
  const [, before, github, azure, title] = GITHUB.exec(text) ?? [];
  switch (github ?? azure) {
    case 'group':
      return {
        mark: { type: 'start', kind: 'group', collapsed: false },
        text: before + title,
      };
    case 'endgroup':
      return { mark: { type: 'end' }, text: '' };
    default:
      return undefined;
  }
}

/** Where a command's mark follows output that did not end its line; 0 or less if it does not. */
export function commandWithin(text: string): number {
  return text.lastIndexOf(COMMAND);
}
