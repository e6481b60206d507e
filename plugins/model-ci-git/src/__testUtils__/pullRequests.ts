import {
  type GitPullRequestDetails,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';

export const HEAD = 'a'.repeat(40);
export const TARGET = 'b'.repeat(40);

/** A pull request with what a test does not care about filled in. */
export function request(
  rest: Partial<GitPullRequestDetails> = {},
): GitPullRequestDetails {
  return {
    ...{ number: 7, title: 'Fit the curve', state: 'open' },
    ...{ sourceBranch: 'curve', targetBranch: 'main' },
    ...{ head: HEAD, targetHead: TARGET },
    createdBy: 'user:default/ann',
    createdAt: '2026-01-02T03:04:05.000Z',
    updatedAt: '2026-01-02T03:04:05.000Z',
    webUrl: 'http://localhost:3000/git',
    commits: [],
    hasMoreCommits: false,
    changes: { files: 1, insertions: 2, deletions: 0 },
    mergeability: { type: 'clean' },
    ...rest,
  };
}

/** Of a request whose run a gate refused. */
export const BLOCKED: GitPullRequestDetails['protection'] = {
  checks: [
    {
      pipelineRef: 'modelpipeline:default/a',
      run: {
        ...{ id: '1', number: 5, status: 'failed' },
        url: 'http://localhost/model-ci/runs/1',
      },
      reason: reason('mergeCheck.notSucceeded', {
        ...{ pipeline: 'a', run: '5', status: reason('status.failed') },
      }),
    },
    { pipelineRef: 'modelpipeline:default/b' },
  ],
};
