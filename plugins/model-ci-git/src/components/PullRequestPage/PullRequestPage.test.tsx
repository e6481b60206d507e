import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  type GitHostApi,
  type GitPullRequestDetails,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { type PageOptions, renderPage } from '../../__testUtils__/renderPage';

const path = '/repositories/house-price/pull-requests/7';
const HEAD = 'a'.repeat(40);
const TARGET = 'b'.repeat(40);

function request(
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

function render(
  shown: GitPullRequestDetails,
  api: Partial<GitHostApi> = {},
  options: Pick<PageOptions, 'denied' | 'language'> = {},
) {
  const { getPullRequest = async () => shown } = api;
  renderPage({ path, api: { ...api, getPullRequest }, ...options });
}

/** Of a request whose run a gate refused. */
const BLOCKED: GitPullRequestDetails['protection'] = {
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

describe('PullRequestPage', () => {
  it('shows what the runs found out, as a table', async () => {
    const body = [
      '[//]: # (model-ci 1234)',
      '',
      '| Metric | Verdict |',
      '| --- | --- |',
      '| a&#124;b &#60;b&#62; | Failed |',
    ].join('\n');
    render(request({ comment: { body, updatedAt: '2026-01-02T03:04:05Z' } }));
    const comment = await screen.findByRole('region', {
      name: 'Results of runs',
    });
    const [, row] = await within(comment).findAllByRole('row');
    expect(row).toHaveTextContent('a|b <b>Failed');
    expect(comment).not.toHaveTextContent('1234');
  });

  it('merges what was looked at, and shows why it was refused', async () => {
    const mergePullRequest = jest.fn(async () => {
      throw new Error('Branch main has moved');
    });
    render(request(), { mergePullRequest });
    await userEvent.click(await screen.findByRole('button', { name: 'Merge' }));
    expect(await screen.findByText('Branch main has moved')).toBeVisible();
    expect(mergePullRequest).toHaveBeenCalledWith('house-price', 7, {
      expectedHead: HEAD,
      expectedTarget: TARGET,
      method: 'merge',
    });
  });

  it('says which run is in the way, and merges past it with a reason', async () => {
    const mergePullRequest = jest.fn(async () => request());
    render(request({ protection: BLOCKED }), { mergePullRequest });
    expect(
      await screen.findByText(/Run 5 of a did not succeed \(failed\)/),
    ).toBeVisible();
    expect(screen.getByRole('link', { name: /Show run/ })).toHaveAttribute(
      'href',
      'http://localhost/model-ci/runs/1',
    );
    expect(screen.getByRole('button', { name: 'Merge' })).toBeDisabled();
    await userEvent.click(
      await screen.findByRole('button', { name: 'Merge anyway…' }),
    );
    const dialog = within(screen.getByRole('dialog'));
    const submit = dialog.getByRole('button', { name: 'Merge' });
    expect(submit).toBeDisabled();
    await userEvent.type(dialog.getByLabelText(/Reason/), 'Gate is wrong');
    await userEvent.click(submit);
    expect(mergePullRequest).toHaveBeenCalledWith(
      'house-price',
      7,
      expect.objectContaining({ bypassReason: 'Gate is wrong' }),
    );
  });

  it('says it in Chinese, and offers nothing to whom may not merge past it', async () => {
    render(
      request({ protection: BLOCKED }),
      {},
      { language: 'zh', denied: ['model-ci-git.repository.bypass'] },
    );
    expect(await screen.findByText(/a 的运行 5 未成功（失败）/)).toBeVisible();
    expect(screen.getByRole('button', { name: '合并' })).toBeDisabled();
    expect(screen.queryByRole('button', { name: '仍然合并…' })).toBeNull();
  });

  it('keeps saying that it was merged past its runs', async () => {
    render(
      request({
        ...{ state: 'merged', mergeability: undefined },
        bypass: {
          reason: 'Gate is wrong',
          blockedBy: [reason('mergeCheck.away')],
        },
      }),
    );
    expect(await screen.findByText(/Gate is wrong/)).toHaveTextContent(
      /Merged without a successful run.*Model CI does not answer/,
    );
  });

  it('offers no merge where there are conflicts, and names the files', async () => {
    render(
      request({ mergeability: { type: 'conflicts', files: ['model.py'] } }),
    );
    expect(await screen.findByText('model.py')).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Merge' })).toBeNull();
    expect(screen.getByRole('button', { name: 'Close' })).toBeVisible();
  });

  it('shows the changes once somebody asks for them', async () => {
    const getPullRequestDiff = jest.fn(async () => ({
      text: '@@ -1 +1 @@\n-old\n+new',
      isCut: true,
    }));
    render(request(), { getPullRequestDiff });
    const show = await screen.findByRole('button', { name: 'Show changes' });
    expect(getPullRequestDiff).not.toHaveBeenCalled();
    await userEvent.click(show);
    expect(await screen.findByText('+new')).toBeVisible();
    expect(screen.getByText(/This is the beginning/)).toBeVisible();
  });

  it('of a closed request offers to reopen it', async () => {
    const reopenPullRequest = jest.fn(async () => request());
    render(request({ state: 'closed', mergeability: undefined }), {
      reopenPullRequest,
    });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Reopen' }),
    );
    expect(reopenPullRequest).toHaveBeenCalledWith('house-price', 7);
  });
});
