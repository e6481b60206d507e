import { NotFoundError } from '@backstage/errors';
import { collected, follow, part, unpack, type Subject } from './support';

/** The part of the executor contract that concerns results and limits. */
export function describeResults(subject: Subject): void {
  const { spec, run } = subject;

  describe.each([
    ['collecting', false],
    ['collecting what was announced', true],
  ])('%s', (_name, announced) => {
    const announce = (...results: string[]) =>
      announced ? { results } : undefined;

    it('gives files and folders by their paths in the workspace', async () => {
      const handle = await subject.executor.submit(
        spec(
          [
            'mkdir -p model/deep "odd name"',
            'echo weights > model/weights.bin; echo c > model/deep/config',
            'ln -s weights.bin model/latest; ln -s ../source model/back',
            'echo x > "odd name/ü.txt"',
            'mkdir -p far/away; head -c 3000000 /dev/zero > far/away/large',
          ].join('\n'),
          {
            workspace: [part('.', { source: 'code' })],
            ...announce(
              ...['model', './model/deep/config', 'odd name', 'far/away/large'],
              ...['.', 'source'],
            ),
          },
        ),
      );
      await follow(subject.executor, handle);
      const collect = async (path: string) =>
        unpack(await collected(subject, subject.executor, handle, path));
      await expect(collect('model')).resolves.toEqual({
        'model/': '/',
        'model/weights.bin': 'weights\n',
        'model/deep/': '/',
        'model/deep/config': 'c\n',
        'model/latest': '-> weights.bin',
        'model/back': '-> ../source',
      });
      await expect(collect('model/')).resolves.toMatchObject({
        'model/weights.bin': 'weights\n',
      });
      await expect(collect('./model/deep/config')).resolves.toEqual({
        'model/deep/config': 'c\n',
      });
      await expect(collect('odd name')).resolves.toMatchObject({
        'odd name/ü.txt': 'x\n',
      });
      const { 'far/away/large': large } = await collect('far/away/large');
      expect(large).toHaveLength(3_000_000);
      const everything = await collect('.');
      expect(everything).toMatchObject({
        source: 'code',
        'model/deep/config': 'c\n',
      });
      const other = await subject.under.recreate();
      await expect(
        unpack(await collected(subject, other, handle, 'source')),
      ).resolves.toEqual({ source: 'code' });
      await subject.executor.cleanup(handle);
    });

    it('says what is missing, and refuses what leaves the workspace', async () => {
      const missing = ['no/such', 'in/file/x'];
      const refused = [
        ...['../x', '/etc/passwd', 'in/../../x'],
        ...['out', 'out/sh', 'root/bin/sh', 'bad', 'in', 'pipe'],
      ];
      const handle = await subject.executor.submit(
        spec(
          [
            'mkdir in bad; ln -s /bin out; ln -s / root; ln -s in alias',
            'ln -s /etc/passwd bad/secret; echo 1 > in/file',
            'mkfifo pipe; ln -s ../../.. in/up',
          ].join('\n'),
          announce(...missing, ...refused, 'in/file'),
        ),
      );
      await follow(subject.executor, handle);
      const collect = async (path: string) =>
        unpack(await collected(subject, subject.executor, handle, path));
      for (const path of missing) {
        await expect(collect(path)).rejects.toThrow(NotFoundError);
      }
      for (const path of refused) {
        await expect(collect(path)).rejects.toMatchObject({
          name: 'InputError',
        });
      }
      await expect(collect('in/file')).resolves.toEqual({ 'in/file': '1\n' });
      await subject.executor.cleanup(handle);
    });
  });

  describe('limits', () => {
    if (subject.features.memoryLimit) {
      it('end an attempt that needs more memory than it asked for', async () => {
        const { outcome } = await run('x=x; while true; do x=$x$x; done', {
          resources: { cpus: 1, memoryBytes: 16 * 2 ** 20 },
        });
        expect(outcome).toEqual({ type: 'killed', reason: 'out-of-memory' });
      });
    }

    if (subject.features.networkNone) {
      it('leave no network where none was asked for', async () => {
        const { log } = await run('cat /proc/net/dev', { network: 'none' });
        const devices = [...log.matchAll(/^\s*(\w+):/gm)].map(
          found => found[1],
        );
        expect(devices).toEqual(['lo']);
      });
    } else {
      it('refuse a stage without network, as it cannot be kept', async () => {
        await expect(
          subject.executor.submit(spec('true', { network: 'none' })),
        ).rejects.toMatchObject({
          name: 'InputError',
          message: expect.stringContaining('network'),
        });
      });
    }
  });
}
