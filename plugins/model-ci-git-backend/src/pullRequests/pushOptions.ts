import {
  type OpenPullRequestInput,
  openPullRequestSchema,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { PushRequest } from '../git/pushCommands';

const HEADS = 'refs/heads/';
const CREATE = 'merge_request.create';

/** What the options of a push ask for; without a title, the request is called as its newest commit. */
export type AskedRequest =
  | { type: 'none' }
  | { type: 'invalid'; reason: string }
  | {
      type: 'asked';
      input: Omit<OpenPullRequestInput, 'title'> & { title?: string };
    };

/** Reads the options by which a push opens a pull request, which are called as GitLab calls them. */
export function readRequestOptions({
  commands,
  options,
}: Pick<PushRequest, 'commands' | 'options'>): AskedRequest {
  if (!options.includes(CREATE)) {
    return { type: 'none' };
  }
  const [first, ...others] = commands.filter(({ ref }) =>
    ref.startsWith(HEADS),
  );
  if (!first?.after || others.length > 0) {
    return invalid('a push of exactly one branch');
  }
  const title = valueOf(options, 'title');
  const parsed = openPullRequestSchema.safeParse({
    title: title ?? CREATE,
    description: valueOf(options, 'description'),
    sourceBranch: first.ref.slice(HEADS.length),
    targetBranch: valueOf(options, 'target'),
  });
  if (!parsed.success) {
    const [{ message, path }] = parsed.error.issues;
    return invalid(`another ${path.join('.')}: ${message}`);
  }
  return {
    type: 'asked',
    input: { ...parsed.data, title: title && parsed.data.title },
  };
}

function invalid(what: string): AskedRequest {
  return { type: 'invalid', reason: `${CREATE} takes ${what}` };
}

/** The last one counts; git sends a line break as `\n`, as GitLab has it. */
function valueOf(options: string[], name: string): string | undefined {
  const prefix = `merge_request.${name}=`;
  return options
    .findLast(option => option.startsWith(prefix))
    ?.slice(prefix.length)
    .replaceAll('\\n', '\n');
}
