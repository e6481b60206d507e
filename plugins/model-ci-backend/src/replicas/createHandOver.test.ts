import { createHandOver } from './createHandOver';

describe('The end of a replica', () => {
  it('lets go and says so once, however many hooks ask for it, and each waits for it', async () => {
    const done: string[] = [];
    let release = () => {};
    const released = new Promise<void>(resolve => {
      release = resolve;
    });
    const handOver = createHandOver({
      engine: {
        stop: async () => {
          done.push('engine');
          await released;
        },
      },
      deployments: {
        stop: async () => {
          done.push('deployments');
        },
      },
      channel: {
        send: async ({ type }) => {
          done.push(type);
          throw new Error('the database is away');
        },
      },
    });
    const calls = [handOver(), handOver()];
    expect(done).toEqual(['engine', 'deployments']);
    release();
    await Promise.all([...calls, handOver()]);
    expect(done).toEqual(['engine', 'deployments', 'released']);
  });
});
