import { ConfigReader } from '@backstage/config';
import { readEngineConfig } from './config';

describe('readEngineConfig', () => {
  const read = (lostAfter: string, inventoryInterval?: string) =>
    readEngineConfig(
      new ConfigReader({
        modelCi: {
          nodes: { lostAfter },
          ...(inventoryInterval && { engine: { inventoryInterval } }),
        },
      }),
      new Map(),
    );

  it('refuses a time after which no node could ever count as lost', () => {
    expect(() => read('1m', '16s')).toThrow(
      'modelCi.nodes.lostAfter must be at least 4 times modelCi.engine.inventoryInterval, which are 64000 milliseconds, not 60000',
    );
    expect(() => read('30m', '1h')).toThrow('modelCi.nodes.lostAfter');
  });

  it('takes one with enough looks', () => {
    expect(read('1m', '15s')).toMatchObject({
      nodeLostAfterMs: 60_000,
      inventoryIntervalMs: 15_000,
    });
    expect(read('1m').nodeLostAfterMs).toBe(60_000);
  });
});
