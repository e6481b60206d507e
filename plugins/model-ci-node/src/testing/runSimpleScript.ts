/** What a script does, for a fake that has no shell. */
export interface SimpleScriptHost {
  write(text: string): void;
  writeFile(path: string, text: string): void;
  /** Resolves after a time, or when the attempt is killed. */
  sleep(seconds: number): Promise<void>;
  hasEnded(): boolean;
}

/** Runs a script of lines of `echo WORDS`, `echo WORDS > FILE`, `sleep SECONDS` and `exit CODE`; answers its exit code. */
export async function runSimpleScript(
  script: string,
  host: SimpleScriptHost,
): Promise<number> {
  for (const line of script.split('\n')) {
    if (host.hasEnded()) {
      break;
    }
    const [, command, rest] = /^(\w+) ?(.*)$/.exec(line) ?? [];
    switch (command) {
      case 'echo':
        echo(rest, host);
        break;
      case 'sleep':
        await host.sleep(Number(rest));
        break;
      case 'exit':
        return Number(rest);
      default:
        throw new Error(`A simple script cannot do '${line}'`);
    }
  }
  return 0;
}

function echo(rest: string, host: SimpleScriptHost): void {
  const [text, path] = rest.split(' > ');
  if (path === undefined) {
    host.write(`${text}\n`);
  } else {
    host.writeFile(path, `${text}\n`);
  }
}
