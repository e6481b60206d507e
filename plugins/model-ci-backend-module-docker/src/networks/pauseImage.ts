import { Readable } from 'node:stream';
import { InputError } from '@backstage/errors';
import { addEntry, archiveOf } from '@model-ci/backstage-plugin-model-ci-node';
import type { EngineClient } from '../engines/EngineClient';
import { statusOf } from '../engines/errors';

const REPOSITORY = 'model-ci/pause';
const TAG = '1';

export const PAUSE_IMAGE = `${REPOSITORY}:${TAG}`;
export const PAUSE_PROGRAM = '/pause';

/** ELF numbers of machines, and the code of a program that waits for ever. */
const PROGRAMS: Record<string, { machine: number; code: number[] }> = {
  // again: mov eax, 34 (pause); syscall; jmp again
  x86_64: {
    machine: 62,
    code: [0xb8, 34, 0, 0, 0, 0x0f, 0x05, 0xeb, 0xf7],
  },
  // again: x0 = x1 = x2 = x3 = 0; x8 = 73 (ppoll); svc 0; b again
  aarch64: {
    machine: 183,
    code: [
      0xd2800000, 0xd2800001, 0xd2800002, 0xd2800003, 0xd2800928, 0xd4000001,
      0x17fffffa,
    ].flatMap(word => [0, 8, 16, 24].map(shift => (word >>> shift) & 0xff)),
  },
};

const LOAD_ADDRESS = 0x400000;
const HEADERS = 64 + 56;

/** Puts the image of containers that hold a network open on an engine, if it is not there; nothing is pulled. */
export async function providePauseImage(engine: EngineClient): Promise<void> {
  await engine.call(async docker => {
    try {
      await docker.getImage(PAUSE_IMAGE).inspect();
      return;
    } catch (error) {
      if (statusOf(error) !== 404) {
        throw error;
      }
    }
    const { architecture } = await engine.info();
    const program = pauseProgram(architecture);
    if (!program) {
      throw new InputError(
        `Docker engine '${engine.name}' has architecture '${architecture}', and networks of stages can only be made on x86_64 and aarch64: place the stage on another engine`,
      );
    }
    const archive = archiveOf(tar =>
      addEntry(
        tar,
        { name: PAUSE_PROGRAM.slice(1), mode: 0o555, size: program.length },
        Readable.from([program]),
      ),
    );
    const answer = await docker.importImage(archive, {
      repo: REPOSITORY,
      tag: TAG,
    });
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(answer, error =>
        error ? reject(error) : resolve(),
      );
    });
  });
}

/** A static ELF program of one segment. */
export function pauseProgram(architecture: string): Buffer | undefined {
  const program = PROGRAMS[architecture];
  if (!program) {
    return undefined;
  }
  const header = Buffer.alloc(HEADERS);
  const size = BigInt(HEADERS + program.code.length);
  // 64 bits, little-endian, an executable
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(program.machine, 18);
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(BigInt(LOAD_ADDRESS + HEADERS), 24);
  header.writeBigUInt64LE(64n, 32);
  header.writeUInt16LE(64, 52);
  header.writeUInt16LE(56, 54);
  header.writeUInt16LE(1, 56);
  // Its segment: the whole file, to be read and executed
  header.writeUInt32LE(1, 64);
  header.writeUInt32LE(5, 68);
  header.writeBigUInt64LE(BigInt(LOAD_ADDRESS), 80);
  header.writeBigUInt64LE(BigInt(LOAD_ADDRESS), 88);
  header.writeBigUInt64LE(size, 96);
  header.writeBigUInt64LE(size, 104);
  header.writeBigUInt64LE(0x1000n, 112);
  return Buffer.concat([header, Buffer.from(program.code)]);
}
