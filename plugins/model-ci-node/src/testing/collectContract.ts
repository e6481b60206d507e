import { NotFoundError } from '@backstage/errors';
import { archiveEntries, decodeName, hasEntryTime } from '../workspace';
import { collected, follow, part, unpack, type Subject } from './support';

/** The part of the executor contract that concerns results and limits. */
export function describeResults(subject: Subject): void {
  const { spec, run, features } = subject;

  describe.each([
    ...(features.announcedResultsOnly ? [] : [['collecting', false] as const]),
    ['collecting what was announced', true] as const,
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
            'ln -s "$PWD/model/weights.bin" model/deep/absolute',
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
        'model/deep/absolute': '-> ../weights.bin',
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

    it('gives the entries of folders in the order of their names', async () => {
      const handle = await subject.executor.submit(
        spec('mkdir -p o/d; for n in z m a d/y B d/b é; do : >o/$n; done', {
          ...announce('o'),
        }),
      );
      await follow(subject.executor, handle);
      const found = await unpack(
        await collected(subject, subject.executor, handle, 'o'),
      );
      expect(Object.keys(found)).toEqual([
        ...['o/', 'o/B', 'o/a', 'o/d/', 'o/d/b', 'o/d/y', 'o/m', 'o/z', 'o/é'],
      ]);
      await subject.executor.cleanup(handle);
    });

    it('keeps the bytes of names that are not UTF-8', async () => {
      const latin1 = (name: string) => decodeName(Buffer.from(name, 'latin1'));
      const handle = await subject.executor.submit(
        spec(
          [
            'cat in/caf*',
            'mkdir o; for byte in 351 350; do',
            `  printf $byte > "$(printf "o/caf\\\\$byte.txt")"`,
            'done; ln -s "$(printf "caf\\351.txt")" o/l',
          ].join('\n'),
          {
            workspace: [
              part('in', {
                [latin1('caf\xe9')]: '1',
                [latin1('caf\xe8')]: '2',
              }),
            ],
            ...announce('o', 'in'),
          },
        ),
      );
      const { log } = await follow(subject.executor, handle);
      expect(log).toBe('21');
      const collect = async (path: string) =>
        unpack(await collected(subject, subject.executor, handle, path));
      await expect(collect('o')).resolves.toEqual({
        'o/': '/',
        [latin1('o/caf\xe8.txt')]: '350',
        [latin1('o/caf\xe9.txt')]: '351',
        'o/l': `-> ${latin1('caf\xe9.txt')}`,
      });
      await expect(collect('in')).resolves.toMatchObject({
        [latin1('in/caf\xe9')]: '1',
        [latin1('in/caf\xe8')]: '2',
      });
      await subject.executor.cleanup(handle);
    });

    it('separates what the attempt has written from what it was given by its time', async () => {
      const handle = await subject.executor.submit(
        spec('echo new >data/overwritten; echo new >data/written', {
          workspace: [
            part('data', {
              kept: 'old',
              overwritten: 'old',
              link: { link: 'kept' },
              'deep/kept': 'x'.repeat(300_000),
            }),
            part('data', { kept: 'replaced' }),
          ],
          ...announce('data'),
        }),
      );
      await follow(subject.executor, handle);
      const given: string[] = [];
      const archive = await collected(
        subject,
        subject.executor,
        handle,
        'data',
      );
      for await (const { header } of archiveEntries(archive)) {
        if (hasEntryTime(header.mtime)) {
          given.push(header.name);
        }
      }
      // The folder itself was given, too, but has got a new entry
      expect(given).toEqual([
        ...['data/deep/', 'data/deep/kept', 'data/kept', 'data/link'],
      ]);
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
