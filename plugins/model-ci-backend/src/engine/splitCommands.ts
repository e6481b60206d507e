/** What a line of a shell script leaves open. */
interface Lexer {
  /** Quotes, parentheses and braces that are open, innermost last. */
  open: string[];
  /** Compound commands such as `if` that are open. */
  compounds: number;
  /** Delimiters of the here-documents that begin after this line. */
  heredocs: string[];
  /** The command goes on in the next line. */
  goesOn: boolean;
}

const BEGIN = new Set(['if', 'case', 'for', 'while', 'until', 'select', '{']);
const END = new Set(['fi', 'esac', 'done', '}']);
/** After these, another command begins. */
const LEADING = new Set([
  ...['if', 'while', 'until', 'then', 'do', 'else', 'elif', '!', '{', 'time'],
]);
const HEREDOC = /^<<-?\s*(?:'([^']+)'|"([^"]+)"|\\?([^\s;&|<>()'"\\]+))/;

/**
 * Cuts a shell script into its commands, each of whole lines. It looks for ends of commands only where it is sure;
 * undefined if it does not understand the script.
 */
export function splitCommands(script: string): string[] | undefined {
  const commands: string[] = [];
  let lines: string[] = [];
  const lexer: Lexer = { open: [], compounds: 0, heredocs: [], goesOn: false };
  for (const line of script.split('\n')) {
    lines.push(line);
    readLine(line, lexer);
    if (lexer.compounds < 0) {
      return undefined;
    }
    if (isComplete(lexer)) {
      commands.push(lines.join('\n'));
      lines = [];
    }
  }
  return lines.length > 0 ? undefined : commands;
}

function isComplete(lexer: Lexer): boolean {
  return (
    lexer.open.length === 0 &&
    lexer.compounds === 0 &&
    lexer.heredocs.length === 0 &&
    !lexer.goesOn
  );
}

function readLine(line: string, lexer: Lexer): void {
  const [heredoc] = lexer.heredocs;
  if (heredoc !== undefined) {
    if (line.replace(/^\t+/, '') === heredoc) {
      lexer.heredocs.shift();
    }
    return;
  }
  let position = 0;
  let atCommand = true;
  lexer.goesOn = false;
  while (position < line.length) {
    const isComment = line[position] === '#' && beginsWord(line, position);
    if (isComment && mayHoldComment(lexer)) {
      break;
    }
    const read = readPiece(line.slice(position), lexer, atCommand);
    atCommand = read.atCommand;
    position += read.length;
  }
  // Also of a function whose body follows.
  lexer.goesOn ||= /(?:&&|\|)\s*$|\(\s*\)\s*$/.test(line.slice(0, position));
}

function beginsWord(line: string, position: number): boolean {
  return position === 0 || /[\s;&|(]/.test(line[position - 1]);
}

/** Not in quotes, nor in `${…}`. */
function mayHoldComment({ open }: Lexer): boolean {
  return open.every(inner => inner === '(' || inner === '$' || inner === '`');
}

/** Reads what stands first. */
function readPiece(
  rest: string,
  lexer: Lexer,
  atCommand: boolean,
): { length: number; atCommand: boolean } {
  const { open } = lexer;
  const inner = open[open.length - 1];
  if (inner === "'") {
    const end = rest.indexOf("'");
    if (end >= 0) {
      open.pop();
    }
    return { length: end < 0 ? rest.length : end + 1, atCommand: false };
  }
  if (rest[0] === '\\') {
    lexer.goesOn ||= rest.length === 1;
    return { length: 2, atCommand: false };
  }
  const opened = readOpening(rest, inner);
  if (opened > 0) {
    const isSubstitution = rest.startsWith('$(');
    open.push(isSubstitution ? '$' : rest[opened - 1]);
    return { length: opened, atCommand: rest[opened - 1] === '(' };
  }
  if (closes(rest[0], inner)) {
    open.pop();
    return { length: 1, atCommand: inner === '(' };
  }
  return inner === '"' || inner === '{'
    ? { length: 1, atCommand: false }
    : readCommand(rest, lexer, atCommand);
}

/** Length of what opens a quote or a bracket. */
function readOpening(rest: string, inner: string | undefined): number {
  if (/^\$[({]/.test(rest)) {
    return 2;
  }
  const opens = inner === '"' ? '`' : '\'"`(';
  return opens.includes(rest[0]) && !(rest[0] === '`' && inner === '`') ? 1 : 0;
}

function closes(character: string, inner: string | undefined): boolean {
  const ends: Record<string, string> = {
    '"': '"',
    '`': '`',
    '(': ')',
    $: ')',
    '{': '}',
  };
  return inner !== undefined && ends[inner] === character;
}

function readCommand(
  rest: string,
  lexer: Lexer,
  atCommand: boolean,
): { length: number; atCommand: boolean } {
  // Parameters such as `$#`, whose names begin no comment.
  if (/^\$[#?$!@*-]/.test(rest)) {
    return { length: 2, atCommand: false };
  }
  const heredoc = rest.startsWith('<<<') ? undefined : HEREDOC.exec(rest);
  if (heredoc) {
    lexer.heredocs.push(heredoc[1] ?? heredoc[2] ?? heredoc[3]);
    return { length: heredoc[0].length, atCommand: false };
  }
  const [space] = /^\s+/.exec(rest) ?? [];
  if (space) {
    return { length: space.length, atCommand };
  }
  const [word] = /^[^\s;&|<>()'"`\\$#][^\s;&|<>()'"`\\$]*/.exec(rest) ?? [];
  if (word) {
    if (atCommand) {
      lexer.compounds += BEGIN.has(word) ? 1 : 0;
      lexer.compounds -= END.has(word) ? 1 : 0;
    }
    return {
      length: word.length,
      atCommand: atCommand && (LEADING.has(word) || word === 'in'),
    };
  }
  return {
    length: rest.startsWith('<<<') ? 3 : 1,
    atCommand: /[;&|)]/.test(rest[0]),
  };
}
