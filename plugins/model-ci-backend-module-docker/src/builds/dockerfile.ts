import { InputError } from '@backstage/errors';

/** One instruction of a Dockerfile. */
export interface Instruction {
  /** From 1. */
  line: number;
  /** In upper case. */
  name: string;
  /** What follows the name, its lines joined. */
  text: string;
}

/**
 * The instructions of a Dockerfile with their lines, as the engine's builder counts its steps. Whatever it would refuse is
 * left to it, with its own words.
 */
export function parseDockerfile(text: string): Instruction[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  demandUsualEscape(lines);
  const instructions: Instruction[] = [];
  let open: { line: number; text: string } | undefined;
  lines.forEach((line, index) => {
    const isComment = /^\s*#/.test(line);
    if (isComment || (line.trim() === '' && !open)) {
      return;
    }
    // Empty lines within an instruction are passed over, as the builder does
    if (line.trim() === '') {
      return;
    }
    open ??= { line: index + 1, text: '' };
    const end = line.replace(/[ \t]*$/, '');
    if (end.endsWith('\\')) {
      open.text += end.slice(0, -1);
      return;
    }
    open.text += line;
    instructions.push(toInstruction(open));
    open = undefined;
  });
  return open ? [...instructions, toInstruction(open)] : instructions;
}

/** Directives come before all else. */
function demandUsualEscape(lines: string[]): void {
  for (const line of lines) {
    const [, name, value] =
      /^\s*#\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*(.+?)\s*$/.exec(line) ?? [];
    if (name === undefined) {
      return;
    }
    if (name.toLowerCase() === 'escape' && value !== '\\') {
      throw new InputError(
        'The Dockerfile begins with a directive for another escape character: write \\ at the end of lines instead',
      );
    }
  }
}

function toInstruction({ line, text }: { line: number; text: string }) {
  const [, name = '', rest = ''] = /^\s*(\S+)\s*([^]*)$/.exec(text) ?? [];
  return { line, name: name.toUpperCase(), text: rest.trim() };
}

/** Flags whose words mean the same to everybody. */
const FLAG = /^--(?:from|chown|chmod)=[\w./:@-]+$/;

/**
 * Refuses what the engine could read otherwise than it is read here: what was checked has to be what is built.
 */
export function demandPlain(instructions: Instruction[], file: string): void {
  for (const { name, text, line } of instructions) {
    const word = name === 'ONBUILD' ? text.split(/\s/)[0].toUpperCase() : name;
    const rest = name === 'ONBUILD' ? text.slice(word.length).trim() : text;
    const refuse = (what: string): never => {
      throw new InputError(`${file}, line ${line}: ${what}`);
    };
    if (!/^[A-Z]{1,20}$/.test(name)) {
      refuse('there is no such instruction');
    }
    if (text.endsWith('\\')) {
      refuse('a backslash at the end continues nothing');
    }
    if (['FROM', 'COPY', 'ADD'].includes(word)) {
      // eslint-disable-next-line no-control-regex
      if (/[^\x20-\x7e\t\u00c0-\ufefe]/.test(rest)) {
        refuse(`${word} has characters that are not written out`);
      }
      const words = rest.split(/[ \t]+/);
      const plain = words.findIndex(other => !other.startsWith('-'));
      const flags = words.slice(0, plain < 0 ? words.length : plain);
      const bad = flags.find(flag => word === 'FROM' || !FLAG.test(flag));
      if (bad !== undefined) {
        refuse(`${word} ${bad.slice(0, 100)} is not taken here`);
      }
      if (/^["'\\`$]/.test(words[plain] ?? '') && word !== 'FROM') {
        refuse(`${word} may not begin with a quote, a backslash or a variable`);
      }
    }
  }
}

/** The Dockerfile as it was understood: each instruction on a line of its own, without comments and directives. */
export function formatDockerfile(instructions: Instruction[]): string {
  return instructions.map(({ name, text }) => `${name} ${text}\n`).join('');
}

/**
 * Refuses what would have the engine itself fetch something: it does so in its own network, whatever network the
 * stage has, and reaches what only the engine's machine may.
 */
export function demandNoFetch(
  instructions: Array<Pick<Instruction, 'name' | 'text'> & { line?: number }>,
  where: string,
): void {
  for (const { name, text, line } of instructions) {
    const inner = /^(\S+)\s*([^]*)$/.exec(text) ?? [];
    const isTrigger = name === 'ONBUILD';
    const word = isTrigger ? (inner[1] ?? '').toUpperCase() : name;
    const sources = isTrigger ? inner[2] ?? '' : text;
    if (isTrigger && word === 'ONBUILD') {
      throw new InputError(`${where}: ONBUILD cannot be nested`);
    }
    if (word === 'ADD' && !isPlain(sources)) {
      throw new InputError(
        `${where}${
          line === undefined ? '' : `, line ${line}`
        }: ADD may name files of the context only, without variables, quotes and URLs, since the engine would fetch them in its own network: use COPY, or fetch in RUN`,
      );
    }
  }
}

/** Paths without what could become a URL: a colon, a variable, or a character that hides one. */
function isPlain(text: string): boolean {
  const list = /^\[[^]*\]$/.test(text.trim()) ? readList(text) : undefined;
  return /^[^:$"'\\`]*$/.test(list ?? text);
}

function readList(text: string): string | undefined {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.join(' ') : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The images that the builder starts from: of each FROM that is no stage before it, and of COPY --from. Undefined stands
 * for one that cannot be known before the build.
 */
export function baseImages(
  instructions: Instruction[],
  args: Record<string, string>,
): Array<{ line: number; image?: string }> {
  const values: Record<string, string> = {};
  const stages = new Set<string>();
  let count = 0;
  const found: Array<{ line: number; image?: string }> = [];
  const add = (line: number, image: string | undefined) => {
    if (
      image === undefined ||
      !(stages.has(image.toLowerCase()) || image === 'scratch')
    ) {
      found.push({ line, ...(image !== undefined && { image }) });
    }
  };
  for (const { name, text, line } of instructions) {
    if (name === 'ARG' && count === 0) {
      for (const word of text.split(/\s+/)) {
        const [, key, value = ''] = /^([^=]+)(?:=([^]*))?$/.exec(word) ?? [];
        if (key !== undefined) {
          values[key] = args[key] ?? value.replace(/^(["'])([^]*)\1$/, '$2');
        }
      }
    }
    if (name === 'FROM') {
      const words = text.split(/\s+/).filter(word => !word.startsWith('--'));
      add(line, substitute(words[0] ?? '', values));
      stages.add(String(count++));
      if (words[1]?.toLowerCase() === 'as' && words[2]) {
        stages.add(words[2].toLowerCase());
      }
    }
    const from = /^(?:--\S+\s+)*--from=(\S+)/.exec(text)?.[1];
    if (name === 'COPY' && from !== undefined) {
      // The builder substitutes no variables here
      const isKnown = stages.has(from.toLowerCase()) || isImageName(from);
      add(line, isKnown ? from : undefined);
    }
  }
  return found;
}

/** Undefined where a variable is not known, or is used in a way that only shells know. */
function substitute(
  word: string,
  values: Record<string, string>,
): string | undefined {
  let known = true;
  const text = word
    .replace(/^(["'])([^]*)\1$/, '$2')
    .replace(
      /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::-([^}$]*))?\})/g,
      (_, plain, braced, fallback) => {
        const value =
          values[String(plain ?? braced)] || (fallback as string | undefined);
        known &&= value !== undefined && value !== '';
        return value ?? '';
      },
    );
  return known && isImageName(text) ? text : undefined;
}

/** Names become parts of the engine's URLs, so that nothing else may be in them. */
const IMAGE_NAME =
  /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?::\d{1,5}(?=\/))?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;

function isImageName(text: string): boolean {
  return text.length <= 512 && !text.includes('..') && IMAGE_NAME.test(text);
}
