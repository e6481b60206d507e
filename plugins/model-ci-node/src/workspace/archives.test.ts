import { once } from 'node:events';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { archive, unpack } from '../testing';
import { workspaceArchive } from './archives';

describe('an archive that is passed on', () => {
  it('has its entries elsewhere', async () => {
    const files = {
      'model/a': '1',
      'model/empty': '',
      'model/l': { link: 'a' },
    };
    await expect(
      unpack(workspaceArchive(archive(files), { to: 'out/deep' })),
    ).resolves.toEqual({
      'out/deep/model/a': '1',
      'out/deep/model/empty': '',
      'out/deep/model/l': '-> a',
    });
    await expect(
      unpack(workspaceArchive(archive(files), { from: 'model' })),
    ).resolves.toEqual({ a: '1', empty: '', l: '-> a' });
  });

  it('ends in the error of what it refuses', async () => {
    const passed = workspaceArchive(archive({ a: '1', '../b': '2' }), {});
    await expect(buffer(passed)).rejects.toMatchObject({ name: 'InputError' });
  });

  it('lets go of its source when its reader turns away, even before reading', async () => {
    for (const chunks of [0, 1]) {
      const source = archive({ a: 'x'.repeat(2_000_000) });
      const closed = new Promise(resolve => source.once('close', resolve));
      const passed = workspaceArchive(source, {});
      if (chunks) {
        await once(passed, 'readable');
        passed.read();
      }
      passed.destroy();
      await closed;
      expect(source.destroyed).toBe(true);
    }
  });

  it('ends in an error when it is cut off or broken', async () => {
    const whole = await buffer(archive({ a: 'x'.repeat(5000) }));
    for (const bytes of [whole.subarray(0, 3000), Buffer.alloc(1024, 'x')]) {
      await expect(
        buffer(workspaceArchive(Readable.from([bytes]), {})),
      ).rejects.toThrow();
    }
    const failing = new Readable({
      read() {
        this.destroy(new Error('the store says no'));
      },
    });
    await expect(buffer(workspaceArchive(failing, {}))).rejects.toThrow(
      'the store says no',
    );
  });
});
