import { createTestDatabases } from '../database/testDatabase';
import { TransferTokens, type TransferGrant } from './TransferTokens';

const databases = createTestDatabases();
const HOUR = 60 * 60_000;
const GRANT: TransferGrant = {
  direction: 'get',
  attemptId: 'attempt-1',
  digest: `sha256:${'a'.repeat(64)}`,
};

describe.each(databases.ids)('Tokens of transfers on %s', databaseId => {
  async function setUp() {
    const db = await databases.init(databaseId);
    const clock = { now: Date.parse('2026-11-27T00:00:00Z') };
    const create = () => new TransferTokens({ db, now: () => clock.now });
    return { db, clock, create, tokens: create() };
  }

  it('are verified by every replica, also by one that starts later', async () => {
    const { clock, create, tokens } = await setUp();
    const token = await tokens.sign(GRANT, new Date(clock.now + HOUR));
    const other = create();
    await expect(other.verify(token)).resolves.toEqual(GRANT);
    const upload = { direction: 'put', attemptId: 'b', path: 'model' } as const;
    const answered = await other.sign(upload, new Date(clock.now + HOUR));
    await expect(tokens.verify(answered)).resolves.toEqual(upload);
  });

  it('expire', async () => {
    const { clock, tokens } = await setUp();
    const token = await tokens.sign(GRANT, new Date(clock.now + HOUR));
    clock.now += HOUR + 1000;
    await expect(tokens.verify(token)).rejects.toMatchObject({
      name: 'NotAllowedError',
      message: expect.stringContaining('expired'),
    });
  });

  it('are refused when anything of them was changed', async () => {
    const { clock, create, tokens } = await setUp();
    const token = await tokens.sign(GRANT, new Date(clock.now + HOUR));
    const [header, payload, signature] = token.split('.');
    const grant = { ...GRANT, attemptId: 'another' };
    const forged = Buffer.from(
      JSON.stringify({
        ...JSON.parse(Buffer.from(payload, 'base64url').toString()),
        grant,
      }),
    ).toString('base64url');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    // A key that nobody has published
    const stranger = await create().sign(GRANT, new Date(clock.now + HOUR));
    for (const bad of [
      `${header}.${forged}.${signature}`,
      `${none}.${payload}.`,
      `${none}.${payload}.${signature}`,
      `${header}.${payload}.${signature.slice(0, -4)}AAAA`,
      `${stranger.split('.')[0]}.${payload}.${signature}`,
      `${header}.${payload}`,
      '',
      'x'.repeat(100_000),
    ]) {
      await expect(tokens.verify(bad)).rejects.toMatchObject({
        name: 'NotAllowedError',
        message: 'This transfer URL is not valid',
      });
    }
  });

  it('are signed with another key each day, and keys are removed when nothing of theirs holds', async () => {
    const { db, clock, tokens } = await setUp();
    await Promise.all([
      tokens.sign(GRANT, new Date(clock.now + HOUR)),
      tokens.sign(GRANT, new Date(clock.now + HOUR)),
    ]);
    const first = await tokens.sign(GRANT, new Date(clock.now + 48 * HOUR));
    expect(await db('transfer_keys')).toHaveLength(1);
    clock.now += 25 * HOUR;
    await tokens.sign(GRANT, new Date(clock.now + HOUR));
    expect(await db('transfer_keys')).toHaveLength(2);
    await expect(tokens.verify(first)).resolves.toEqual(GRANT);
    clock.now += 100 * 24 * HOUR;
    await tokens.sign(GRANT, new Date(clock.now + HOUR));
    expect(await db('transfer_keys')).toHaveLength(1);
  });

  it('cost one look-up while the id of their key is made up', async () => {
    const { db, clock, create, tokens } = await setUp();
    const token = await create().sign(GRANT, new Date(clock.now + HOUR));
    await db('transfer_keys').delete();
    const queries = jest.fn();
    db.on('query', queries);
    for (let i = 0; i < 5; i++) {
      await expect(tokens.verify(token)).rejects.toThrow('is not valid');
    }
    expect(queries).toHaveBeenCalledTimes(1);
    clock.now += 60_000;
    await expect(tokens.verify(token)).rejects.toThrow('is not valid');
    expect(queries).toHaveBeenCalledTimes(2);
    db.removeListener('query', queries);
  });

  it('keep no secret in the database', async () => {
    const { db, clock, tokens } = await setUp();
    await tokens.sign(GRANT, new Date(clock.now + HOUR));
    const [{ public_key: key }] = await db('transfer_keys');
    expect(Object.keys(JSON.parse(key)).sort()).toEqual(['crv', 'kty', 'x']);
  });
});
