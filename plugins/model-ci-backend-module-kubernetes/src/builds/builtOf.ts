import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  isPlatformFailure,
  type Built,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { BuildHandle } from './planBuild';

/** Longer messages add nothing, and are in the log. */
const MAX_SHOWN = 500;
const MAX_INSTRUCTION = 100;

/** What a build came to, by what its container has left with the kubelet; undefined where that is not known. */
export function builtOf(
  message: string,
  build: BuildHandle,
  node: string,
): Built | undefined {
  const id = /^built (sha256:[0-9a-f]{64})\n?$/.exec(message)?.[1];
  if (id !== undefined) {
    const reference = `${build.repositories[0]}@${id}`;
    return { type: 'image', image: { id, reference, executor: 'kubernetes' } };
  }
  const refusal = /^refused (no-context|escapes)\n?$/.exec(message)?.[1];
  if (refusal !== undefined) {
    const code =
      refusal === 'escapes' ? 'image.contextEscapes' : 'image.noContext';
    return { type: 'failed', reason: reason(code, { folder: build.folder }) };
  }
  return message.startsWith('failed\n')
    ? failureOf(message, build, node)
    : undefined;
}

/** The exit of a command of the Dockerfile; its text may hold any words. */
const COMMAND = /^process "[^]*" did not complete successfully: /;
/** What the image's own script says where the builder does not start. */
const NO_START =
  /^could not connect to unix:\/\/\S+ after \d+ trials\n=+ log =+\n([^]*)/m;

/** From the end of what the builder has written: what it says last, with the lines that it points to. */
function failureOf(output: string, build: BuildHandle, node: string): Failure {
  const noStart = NO_START.exec(output)?.[1];
  if (noStart !== undefined) {
    return engineFailed(node, noStart);
  }
  const at = output.lastIndexOf('\nerror: ');
  const error = output
    .slice(at < 0 ? output.lastIndexOf('\n', output.length - 2) + 1 : at + 8)
    .replace(/^failed to solve: /, '')
    .trim()
    .slice(0, MAX_SHOWN);
  const pushing = notPushed(error, build);
  if (pushing) {
    return { type: 'errored', reason: pushing };
  }
  if (!COMMAND.test(error) && isPlatformFailure(error)) {
    return engineFailed(node, error);
  }
  return {
    type: 'failed',
    reason:
      denied(error) ??
      missing(error, build) ??
      placed(output, error, build) ??
      reason('image.failed', { error }),
  };
}

type Failure = Exclude<Built, { type: 'image' }>;

function engineFailed(node: string, text: string): Failure {
  const error = text.trim().slice(0, MAX_SHOWN);
  return {
    type: 'errored',
    reason: reason('image.engineFailed', { node, error }),
  };
}

/** The registry and its credentials are the portal's. */
function notPushed(
  error: string,
  { repositories }: BuildHandle,
): Reason | undefined {
  const repository = repositories.find(name =>
    error.startsWith(`failed to push ${name}`),
  );
  return repository === undefined
    ? undefined
    : reason(
        isPlatformFailure(error) ? 'image.registryFailed' : 'image.notPushed',
        {
          registry: repository.slice(0, repository.indexOf('/')),
          error: error.replace(/^failed to push \S+: /, ''),
        },
      );
}

function denied(error: string): Reason | undefined {
  const source = /source "([^"]+)" denied by policy/.exec(error)?.[1];
  if (source === undefined) {
    return undefined;
  }
  const image = /^docker-image(?:\+blob)?:\/\/(.*)$/.exec(source)?.[1];
  return image === undefined
    ? reason('image.noNetwork', { source })
    : reason('image.otherPipelines', { image });
}

function missing(error: string, { file }: BuildHandle): Reason | undefined {
  return /^failed to read dockerfile: .*no such file or directory$/.test(error)
    ? reason('image.noDockerfile', { file })
    : undefined;
}

/** Where it failed, if the builder says so. */
function placed(
  output: string,
  error: string,
  { file }: BuildHandle,
): Reason | undefined {
  const place = placeOf(output);
  if (!place) {
    return undefined;
  }
  const { line, instruction } = place;
  const parsed = /^dockerfile parse error (?:on line \d+: )?(.*)$/s.exec(error);
  if (parsed) {
    const common = { file, line, instruction };
    return reason('image.dockerfileInvalid', { ...common, error: parsed[1] });
  }
  const [, step] =
    [...output.matchAll(/^ > \[(?:\S+ )?(\d{1,4})\/\d{1,4}\] /gm)].at(-1) ?? [];
  return step === undefined
    ? reason('image.lineFailed', { file, line, instruction, error })
    : reason('image.stepFailed', {
        step: Number(step),
        file,
        line,
        instruction,
        error,
      });
}

/** The last lines of the Dockerfile that the builder shows between two rules, of which it marks those that are to blame. */
function placeOf(
  output: string,
): { line: number; instruction: string } | undefined {
  const [, lines] =
    [...output.matchAll(/^-{20}\n((?: *\d+ \| .*\n)+)-{20}$/gm)].at(-1) ?? [];
  const marked = (lines ?? '').split('\n').flatMap(text => {
    const [, number, rest] = /^ *(\d+) \| >>> (.*)$/.exec(text) ?? [];
    return number === undefined ? [] : [{ number, rest }];
  });
  return marked.length === 0
    ? undefined
    : {
        line: Number(marked[0].number),
        instruction: marked
          .map(({ rest }) => rest.replace(/\s*\\$/, '').trim())
          .join(' ')
          .slice(0, MAX_INSTRUCTION),
      };
}
