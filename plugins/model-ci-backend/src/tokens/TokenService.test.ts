import { createTestDatabases } from '../database/testDatabase';
import { TokenService } from './TokenService';

const databases = createTestDatabases();
const REF = 'modelpipeline:default/mine';
const DAY = 86_400_000;

describe.each(databases.ids)('TokenService on %s', id => {
  const setUp = async () => {
    const db = await databases.init(id);
    const clock = { now: Date.parse('2026-01-01T00:00:00Z') };
    const tokens = new TokenService({ db, now: () => clock.now });
    const create = (more: { expiresInDays?: number } = {}) =>
      tokens.create({
        pipelineRefs: [REF],
        name: 'jenkins',
        actions: ['report', 'gate'],
        createdBy: 'user:default/ann',
        ...more,
      });
    return { db, clock, tokens, create };
  };

  it('knows a token again by the text that was shown once, and keeps nothing of its secret', async () => {
    const { db, tokens, create } = await setUp();
    const { token } = await create();
    expect(token).toMatch(/^mci_[0-9a-f]{16}_[\w-]{43}$/);
    expect(await tokens.authenticate(token)).toMatchObject({
      user: 'user:default/ann',
      actions: ['report', 'gate'],
      pipelineRefs: [REF],
    });
    const secret = token.split('_').slice(2).join('_');
    const stored = JSON.stringify([
      await db('machine_tokens'),
      await tokens.list(REF),
    ]);
    expect(stored).not.toContain(secret);
  });

  it('takes no other secret, no cut one, and none after it was revoked', async () => {
    const { tokens, create } = await setUp();
    const [made, other] = [await create(), await create()];
    const [prefix, publicId] = made.token.split('_');
    const secretOf = (text: string) =>
      text.slice(`${prefix}_${publicId}_`.length);
    for (const wrong of [
      `${prefix}_${publicId}_${secretOf(other.token)}`,
      made.token.slice(0, -1),
      `${made.token}x`,
      publicId,
      '',
    ]) {
      expect(await tokens.authenticate(wrong)).toBeUndefined();
    }
    await tokens.revoke(REF, made.id);
    expect(await tokens.authenticate(made.token)).toBeUndefined();
    expect(await tokens.authenticate(other.token)).toBeDefined();
    await expect(tokens.revoke(REF, made.id)).rejects.toThrow(
      `modelpipeline:default/mine has no token with the id '${made.id}'`,
    );
  });

  it('revokes only tokens of the pipeline that is named', async () => {
    const { tokens, create } = await setUp();
    const { id: tokenId, token } = await create();
    await expect(
      tokens.revoke('modelpipeline:default/other', tokenId),
    ).rejects.toThrow('has no token');
    expect(await tokens.authenticate(token)).toBeDefined();
  });

  it('lets a token expire after 90 days, or when its maker said', async () => {
    const { clock, tokens, create } = await setUp();
    const [usual, short] = [await create(), await create({ expiresInDays: 1 })];
    clock.now += DAY;
    expect(await tokens.authenticate(short.token)).toBeUndefined();
    clock.now += 89 * DAY - 1;
    expect(await tokens.authenticate(usual.token)).toBeDefined();
    clock.now += 1;
    expect(await tokens.authenticate(usual.token)).toBeUndefined();
  });

  it('says when a token was last used, to the minute', async () => {
    const { clock, tokens, create } = await setUp();
    const { token } = await create();
    const lastUsed = async () => (await tokens.list(REF))[0].lastUsedAt;
    expect(await lastUsed()).toBeUndefined();
    await tokens.authenticate(token);
    clock.now += 30_000;
    await tokens.authenticate(token);
    expect(await lastUsed()).toBe('2026-01-01T00:00:00.000Z');
    clock.now += 30_000;
    await tokens.authenticate(token);
    expect(await lastUsed()).toBe('2026-01-01T00:01:00.000Z');
  });

  it('makes no more than fifty for one pipeline', async () => {
    const { create } = await setUp();
    const made = await Promise.allSettled(
      Array.from({ length: 52 }, () => create()),
    );
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(
      50,
    );
    await expect(create()).rejects.toThrow('has 50 tokens, the maximum');
  });
});
