import { isCommitId, isRefName } from './names';

/** One ref that a push asks to move. */
export interface PushCommand {
  ref: string;
  /** Absent for a ref that is new. */
  before?: string;
  /** Absent for a ref that is to be deleted. */
  after?: string;
}

/** What a push begins with. */
export interface PushRequest {
  commands: PushCommand[];
  capabilities: string[];
  /** What `git push -o` said. */
  options: string[];
}

export type PushHead =
  | { type: 'incomplete' }
  | { type: 'invalid'; reason: string; request?: PushRequest }
  | { type: 'complete'; request: PushRequest };

const COMMAND =
  /^([0-9a-f]{40}|[0-9a-f]{64}) ([0-9a-f]{40}|[0-9a-f]{64}) ([^\0]*?)\n?$/;
/** Refs that a push may name. git keeps its own state in others: replaced objects, notes, the portal's imports. */
const PUSHABLE = /^refs\/(?:heads|tags)\/(.+)$/s;
const FLUSH = Buffer.from('0000');
/** Capability by which a client says that options follow. */
export const PUSH_OPTIONS = 'push-options';
/** A packet has at most 65,520 bytes, five of which are its length and its band. */
const MAX_BAND = 65_515;
/** Refs of a refusal that are named one by one. */
const MAX_NAMED = 3;

/**
 * Reads the commands that a push begins with, up to the packet that ends them. More commands than may come are refused
 * as soon as that is clear, so that they need not be kept.
 */
export function readPushHead(
  head: Buffer,
  limits: { maxRefs: number },
): PushHead {
  const commands: PushCommand[] = [];
  let capabilities: string[] = [];
  let position = 0;
  while (head.length >= position + 4) {
    const length = readLength(head, position);
    if (length === 0) {
      const options = capabilities.includes(PUSH_OPTIONS)
        ? readOptions(head.subarray(position + 4))
        : [];
      return options
        ? { type: 'complete', request: { commands, capabilities, options } }
        : { type: 'incomplete' };
    }
    if (length === undefined || length < 5) {
      return { type: 'invalid', reason: 'This is no push of git' };
    }
    if (head.length < position + length) {
      return { type: 'incomplete' };
    }
    const [line, rest = ''] = head
      .subarray(position + 4, position + length)
      .toString('utf8')
      .split('\0', 2);
    if (position === 0) {
      capabilities = rest.trim().split(' ').filter(Boolean);
    }
    position += length;
    if (/^(?:shallow|push-cert) /.test(line)) {
      return {
        type: 'invalid',
        reason:
          'This host takes neither pushes from shallow clones nor signed pushes: run "git fetch --unshallow"',
        request: { commands, capabilities, options: [] },
      };
    }
    const command = line.match(COMMAND);
    if (!command) {
      return { type: 'invalid', reason: 'This is no push of git' };
    }
    commands.push({
      before: commitOf(command[1]),
      after: commitOf(command[2]),
      ref: command[3],
    });
    if (commands.length > limits.maxRefs) {
      return {
        type: 'invalid',
        reason: describeTooMany(limits.maxRefs),
        request: { commands, capabilities, options: [] },
      };
    }
  }
  return { type: 'incomplete' };
}

/** The options of a push, which follow its commands; undefined until all of them are there. */
function readOptions(head: Buffer): string[] | undefined {
  const options: string[] = [];
  for (let position = 0; head.length >= position + 4; ) {
    const length = readLength(head, position);
    // What is no packet is for git to refuse.
    if (length === undefined || length < 5) {
      return options;
    }
    if (head.length < position + length) {
      return undefined;
    }
    options.push(
      head
        .subarray(position + 4, position + length)
        .toString('utf8')
        .replace(/\n$/, ''),
    );
    position += length;
  }
  return undefined;
}

/** Why a push is refused before git sees it; undefined for one that git may judge. */
export function findForbiddenRefs(commands: PushCommand[]): string | undefined {
  const forbidden = commands.filter(isForbidden).map(({ ref }) => ref);
  return forbidden.length > 0 ? describeForbidden(forbidden) : undefined;
}

/** A name that an earlier version took can be deleted. */
function isForbidden({ ref, after }: PushCommand): boolean {
  const name = ref.match(PUSHABLE)?.[1] ?? '';
  return !isRefName(name) || (after !== undefined && isCommitId(name));
}

/** The names of what a push moves, for the audit; bounded, as a push may name thousands. */
export function describeRefs(commands: PushCommand[]): string[] {
  const shown = commands.slice(0, 20).map(({ ref, before, after }) => {
    const name = ref.length > 200 ? `${ref.slice(0, 200)}…` : ref;
    return `${name} ${before ?? 'none'}..${after ?? 'none'}`;
  });
  return commands.length > shown.length
    ? [...shown, `and ${commands.length - shown.length} more`]
    : shown;
}

/** git's own form of a refusal of everything that a push asked for. */
export function formatRefusal(request: PushRequest, reason: string): Buffer {
  const report = Buffer.concat([
    packet(`unpack ${reason}\n`),
    ...request.commands.map(({ ref }) => packet(`ng ${ref} refused\n`)),
    FLUSH,
  ]);
  if (!request.capabilities.some(each => each.startsWith('report-status'))) {
    return FLUSH;
  }
  if (!request.capabilities.includes('side-band-64k')) {
    return report;
  }
  const bands: Buffer[] = [];
  for (let from = 0; from < report.length; from += MAX_BAND) {
    bands.push(
      packet(
        Buffer.concat([
          Buffer.from([1]),
          report.subarray(from, from + MAX_BAND),
        ]),
      ),
    );
  }
  return Buffer.concat([...bands, FLUSH]);
}

function packet(content: string | Buffer): Buffer {
  const body = Buffer.from(content);
  const length = (body.length + 4).toString(16).padStart(4, '0');
  return Buffer.concat([Buffer.from(length), body]);
}

function readLength(head: Buffer, position: number): number | undefined {
  const text = head.subarray(position, position + 4).toString('latin1');
  return /^[0-9a-f]{4}$/i.test(text) ? parseInt(text, 16) : undefined;
}

function commitOf(id: string): string | undefined {
  return /^0+$/.test(id) ? undefined : id;
}

function describeTooMany(maxRefs: number): string {
  return `a push may move at most ${maxRefs} branches and tags: push them in parts`;
}

function describeForbidden(refs: string[]): string {
  const names = refs
    .slice(0, MAX_NAMED)
    .map(ref => JSON.stringify(ref.slice(0, 200)))
    .join(', ');
  const more = refs.length > MAX_NAMED ? ' and others' : '';
  return `only branches and tags with names of at most 200 characters that are not ids of commits can be pushed, not ${names}${more}`;
}
