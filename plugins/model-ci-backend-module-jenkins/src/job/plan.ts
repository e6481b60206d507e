import { gzipSync } from 'node:zlib';
import { InputError } from '@backstage/errors';
import {
  workspacePath,
  type AttemptSpec,
} from '@model-ci/backstage-plugin-model-ci-node';
import { RUNNER } from './runner';

/** As much as a form may hold that Jenkins' web server takes (200,000 bytes) without what is beside it. */
const MOST_CHARACTERS = 150_000;

const SHELLS = { sh: 'sh -e', bash: 'bash -e -o pipefail' } as const;

/** What the portal stores for itself, in the order in which the agent uploads it. */
export function uploadPaths({ uploads = [] }: AttemptSpec): string[] {
  return uploads.map(({ path }) => workspacePath(path));
}

/** What an agent runs for an attempt, as the parameter of its build. It holds URLs that are secrets. */
export async function makePlan(
  spec: AttemptSpec,
  { mark, portalCa }: { mark: string; portalCa?: string },
): Promise<string> {
  const script = await planScript(spec, mark, portalCa);
  const plan = gzipSync(script).toString('base64');
  if (plan.length > MOST_CHARACTERS) {
    throw new InputError(
      `Script and variables of stage '${spec.stage}' are too long for a parameter of a Jenkins build: put them into files of the repository`,
    );
  }
  return plan;
}

async function planScript(
  spec: AttemptSpec,
  mark: string,
  ca = '',
): Promise<string> {
  const { seconds, logBytes } = {
    seconds: Math.ceil(spec.timeoutSeconds),
    logBytes: spec.maxLogBytes,
  };
  // In braces, since a shell reads them to their end before it runs any of it
  return `{
mark=${quote(mark)} seconds=${seconds} log_bytes=${logBytes} ca=${quote(ca)}
prepare() {
:
${(await fetchCalls(spec)).join('\n')}
}
launch() {
printf %s ${quote(spec.script)} > script
${await fetchSecretsCall(spec)}
{
printf %s ${quote(exportVariables(spec))}
cat secrets
printf %s ${quote(execScript(spec))}
} > launch
rm -f secrets
}
store() {
:
${(await uploadCalls(spec)).join('\n')}
}
${RUNNER}
}
`;
}

async function fetchCalls({ workspace }: AttemptSpec): Promise<string[]> {
  const calls: string[] = [];
  for (const { path, signUrl } of workspace) {
    if (!signUrl) {
      throw new InputError(
        'Jenkins agents fetch workspaces by signed URLs: set modelCi.transfers.baseUrl',
      );
    }
    const { url } = await signUrl();
    calls.push(`fetch ${quote(url)} ${quote(workspacePath(path) || '.')}`);
  }
  return calls;
}

async function uploadCalls({ uploads = [] }: AttemptSpec): Promise<string[]> {
  const calls: string[] = [];
  for (const [number, { path, signUrl }] of uploads.entries()) {
    const { url } = await signUrl();
    calls.push(
      `upload ${number} ${quote(url)} ${quote(workspacePath(path) || '.')}`,
    );
  }
  return calls;
}

/** The secrets are no part of the plan: Jenkins has that in files of the build while it runs. */
async function fetchSecretsCall({ signSecrets }: AttemptSpec): Promise<string> {
  return signSecrets
    ? `fetch_secrets ${quote((await signSecrets()).url)}`
    : ': > secrets';
}

function exportVariables({ env }: AttemptSpec): string {
  const variables = Object.entries(env).map(
    ([name, value]) => `export ${quote(`${name}=${value}`)}\n`,
  );
  return `command -p rm -f ../launch\n${variables.join('')}`;
}

function execScript({ shell = 'sh' }: AttemptSpec): string {
  return `exec ${SHELLS[shell]} ../script\n`;
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
