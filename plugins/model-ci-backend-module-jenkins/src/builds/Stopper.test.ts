import { JenkinsError } from '../client/JenkinsError';
import { Stopper } from './Stopper';

describe('a build that has to end', () => {
  it('is asked to stop, then to end, then killed, each once', async () => {
    const asked: string[] = [];
    const stopper = new Stopper(
      {
        async post(path) {
          asked.push(path);
          return { status: 302 };
        },
      },
      'job/x/1',
    );
    const askedAt = async (seconds: number) => {
      await stopper.push(seconds * 1000);
      return asked.splice(0);
    };
    expect(await askedAt(100)).toEqual(['job/x/1/stop']);
    expect(await askedAt(114)).toEqual([]);
    expect(await askedAt(115)).toEqual(['job/x/1/term']);
    expect(await askedAt(129)).toEqual([]);
    expect(await askedAt(131)).toEqual(['job/x/1/kill']);
    expect(await askedAt(300)).toEqual([]);
  });

  it('is asked again where Jenkins refuses, and left alone where it is gone', async () => {
    const statuses = [503, 404];
    const asked: string[] = [];
    const stopper = new Stopper(
      {
        async post(path) {
          asked.push(path);
          throw new JenkinsError(`POST ${path}`, statuses.shift() ?? 200, '');
        },
      },
      'b',
    );
    await expect(stopper.push(0)).rejects.toThrow('503');
    await expect(stopper.push(1000)).resolves.toBe(undefined);
    await expect(stopper.push(2000)).resolves.toBe(undefined);
    expect(asked).toEqual(['b/stop', 'b/stop']);
  });
});
