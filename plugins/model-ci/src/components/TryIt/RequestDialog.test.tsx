import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { DeploymentDetail } from '@model-ci/backstage-plugin-model-ci-common';
import { mockApis } from '@backstage/frontend-test-utils';
import { storageApiRef } from '@backstage/core-plugin-api';
import { renderPage } from '../../__testUtils__/renderPage';
import { FakeModel } from './testing/FakeModel';
import { TryItDialog } from './TryItDialog';

const model = new FakeModel();
const portal = model.start();
const storage = mockApis.storage();

afterAll(() => model.stop());

async function open(version: number, serving: DeploymentDetail['serving']) {
  const { unmount } = renderPage(
    <TryItDialog
      tried={{
        pipelineRef: 'modelpipeline:default/chat',
        environment: 'staging',
        endpoint: '/api/model-ci/endpoints/staging/default/chat',
        version,
        serving,
      }}
      onClose={() => {}}
    />,
    { api: await portal, more: [[storageApiRef, storage]] },
  );
  const dialog = await screen.findByRole('dialog', {
    name: `Try version ${version} in staging`,
  });
  return { dialog: within(dialog), unmount };
}

describe('a request to what serves', () => {
  it("begins with the model's example, then with what was sent last to the same version", async () => {
    model.answer = response => {
      response.setHeader('X-Model-Version', '4');
      response.end('{"prediction": 311.5}');
    };
    const example = { size: 120 };
    const first = await open(4, { example });
    const input = first.dialog.getByLabelText('Request body (JSON)');
    expect(input).toHaveValue(JSON.stringify(example, undefined, 2));
    await userEvent.clear(input);
    await userEvent.type(input, '{{"size": 80}');
    await userEvent.click(first.dialog.getByRole('button', { name: 'Send' }));
    expect(
      await first.dialog.findByText(/^Version 4: HTTP 200 in /),
    ).toBeInTheDocument();
    expect(first.dialog.getByText(/"prediction": 311.5/)).toBeInTheDocument();
    expect(model.requests).toEqual([{ path: '/predict', body: { size: 80 } }]);

    await userEvent.click(
      first.dialog.getByRole('button', { name: "Use the model's example" }),
    );
    expect(input).toHaveValue(JSON.stringify(example, undefined, 2));
    expect(first.dialog.queryByText(/311.5/)).not.toBeInTheDocument();
    first.unmount();

    const again = await open(4, { example });
    expect(again.dialog.getByLabelText('Request body (JSON)')).toHaveValue(
      '{"size": 80}',
    );
    again.unmount();
    const newer = await open(5, { example: { rooms: 3 } });
    expect(newer.dialog.getByLabelText('Request body (JSON)')).toHaveValue(
      '{\n  "rooms": 3\n}',
    );
  });

  it('shows the beginning of an answer of megabytes', async () => {
    model.answer = response => response.end(JSON.stringify('x'.repeat(3e6)));
    const { dialog } = await open(6, {});
    await userEvent.click(dialog.getByRole('button', { name: 'Send' }));
    expect((await dialog.findByText(/^"x+…$/)).textContent).toHaveLength(
      100_001,
    );
  });
});
