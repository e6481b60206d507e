import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  type GitHostApi,
  type GitPullRequestDetails,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  BLOCKED,
  HEAD,
  request,
  TARGET,
} from '../../__testUtils__/pullRequests';
import { renderPage } from '../../__testUtils__/renderPage';

const path = '/repositories/house-price/pull-requests/7';
function render(shown: GitPullRequestDetails, api: Partial<GitHostApi> = {}) {
  const { getPullRequest = async () => shown } = api;
  renderPage({ path, api: { ...api, getPullRequest } });
}

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
