import { Readable } from 'node:stream';
import { InputError } from '@backstage/errors';
import { addEntry, archiveOf } from '@model-ci/backstage-plugin-model-ci-node';
import type { EngineClient } from './EngineClient';
import { statusOf } from './errors';

/** ELF numbers of machines, by what the kernel calls them. */
const MACHINES: Record<string, number> = { x86_64: 62, aarch64: 183 };

const LOAD_ADDRESS = 0x400000;
const HEADERS = 64 + 56;

/** An image that holds nothing but one program, which is here as machine code: no engine has to pull it. */
export interface ProgramImage {
  repository: string;
  tag: string;
  /** Path of the program. */
  path: string;
  /** By architecture, as the kernel names it. */
  code: Record<string, number[]>;
}

export function nameOfImage({ repository, tag }: ProgramImage): string {
  return `${repository}:${tag}`;
}

/** Puts the image on an engine, if it is not there. */
export async function provideProgramImage(
  engine: EngineClient,
  image: ProgramImage,
): Promise<void> {
  await engine.call(async docker => {
    try {
      await docker.getImage(nameOfImage(image)).inspect();
      return;
    } catch (error) {
      if (statusOf(error) !== 404) {
        throw error;
      }
    }
    const { architecture } = await engine.info();
    const program = programFile(image, architecture);
    if (!program) {
      throw new InputError(
        `Docker engine '${engine.name}' has architecture '${architecture}', and stages can only run on x86_64 and aarch64: place the stage on another engine`,
      );
    }
    const archive = archiveOf(tar =>
      addEntry(
        tar,
        { name: image.path.slice(1), mode: 0o555, size: program.length },
        Readable.from([program]),
      ),
    );
    const answer = await docker.importImage(archive, {
      repo: image.repository,
      tag: image.tag,
    });
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(answer, error =>
        error ? reject(error) : resolve(),
      );
    });
  });
}

/** A static ELF program of one segment. */
export function programFile(
  image: ProgramImage,
  architecture: string,
): Buffer | undefined {
  const { [architecture]: code } = image.code;
  if (!code) {
    return undefined;
  }
  const header = Buffer.alloc(HEADERS);
  const size = BigInt(HEADERS + code.length);
  // 64 bits, little-endian, an executable
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(MACHINES[architecture], 18);
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
  return Buffer.concat([header, Buffer.from(code)]);
}

/** Instructions of four bytes, as an assembler lists them. */
export function words(...code: number[]): number[] {
  return code.flatMap(word =>
    [0, 8, 16, 24].map(shift => (word >>> shift) & 0xff),
  );
}
