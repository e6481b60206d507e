import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Reader } from 'protobufjs';
import { quoted } from '@model-ci/backstage-plugin-model-ci-common';
import { FileSystemArtifactStore } from '../storage/FileSystemArtifactStore';
import { collectReport } from './collectReport';
import { decodeEvent } from './reports/series/decodeEvent';
import { malformed, type ReportReader } from './reports/ReportReader';
import { MemoryWorkspace } from './testing/MemoryWorkspace';

describe('collectReport', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'collect-report-'));
  });

  afterEach(() => rm(directory, { recursive: true, force: true }));

  /** Collects one report with a reader that fails. */
  const collect = async (reader: Partial<ReportReader<string>>) => {
    const store = await FileSystemArtifactStore.create({ directory });
    const { files, malformed: refused } = await collectReport({
      executor: new MemoryWorkspace({ 'metrics.json': '[]' }),
      handle: {},
      store,
      kind: 'metrics',
      path: 'metrics.json',
      maxBytes: 100,
      maxFiles: 1,
      createReader: () => ({
        write: () => {},
        end: () => 'read',
        ...reader,
      }),
      keep: async report => report,
    });
    return {
      read: files.map(({ report }) => report),
      reasons: refused.map(({ error }) => error.problems[0].reason.code),
    };
  };
  const throwing = (error: unknown) => () => {
    throw error;
  };

  it.each(['write', 'end'] as const)(
    'puts down to the stage what a reader says is malformed, at %s',
    async when => {
      expect(
        await collect({ [when]: throwing(malformed(quoted('not a list'))) }),
      ).toEqual({ read: [], reasons: ['quoted'] });
    },
  );

  it('puts down to the stage what is too long or too deep for any reader', async () => {
    const recurse = (): string => `${recurse()}`;
    expect(await collect({ end: recurse })).toEqual({
      read: [],
      reasons: ['report.beyondReading'],
    });
    expect(await collect({ end: () => 'x'.repeat(2 ** 30) })).toEqual({
      read: [],
      reasons: ['report.beyondReading'],
    });
  });

  it.each([
    ['TypeError', () => Object(undefined).values.length],
    ['RangeError', () => (1).toFixed(101)],
    ['RangeError', () => Buffer.alloc(1).readInt32LE()],
    ['Error', throwing(new Error('This cannot be'))],
  ])(
    'leaves a bug of a reader to the platform: %s',
    async (name, fail: () => unknown) => {
      for (const when of ['write', 'end']) {
        await expect(collect({ [when]: fail })).rejects.toMatchObject({ name });
      }
      expect(await readdir(join(directory, 'blobs')).catch(() => [])).toEqual(
        [],
      );
    },
  );
});

describe('decodeEvent', () => {
  afterEach(() => jest.restoreAllMocks());

  it('takes for no event what the library cannot read, and nothing that is wrong with the reader', () => {
    expect(decodeEvent(Buffer.from([0x12, 0xff]))).toEqual({
      type: 'no-event',
    });
    jest.spyOn(Reader, 'create').mockImplementation(() => {
      throw new TypeError('not a function');
    });
    expect(() => decodeEvent(Buffer.from([0x12, 0xff]))).toThrow(TypeError);
  });
});
