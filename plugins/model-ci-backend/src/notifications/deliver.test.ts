import { mockServices } from '@backstage/backend-test-utils';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { deliver } from './deliver';

describe('a notification', () => {
  const titleOf = async (stage: string) => {
    const send = jest.fn(async (_: { payload: { title: string } }) => {});
    const title = reason('notice.stopped', { number: 1, pipeline: 'a', stage });
    await deliver(
      [
        {
          recipient: 'user:default/alice',
          payload: { title, scope: 'test' },
          record: async () => {},
        },
      ],
      { notifications: { send }, logger: mockServices.logger.mock() },
    );
    return send.mock.calls[0][0].payload.title;
  };

  it('has a title that Backstage has room for, however long the name of an instance', async () => {
    expect(await titleOf('train')).toBe('Run #1 of a was stopped at train');
    const long = await titleOf(`train[size=${'😀'.repeat(250)}]`);
    expect([...long]).toHaveLength(255);
    expect(long).toMatch(/😀…$/u);
  });
});
