import type { EngineClient } from '../engines/EngineClient';
import {
  nameOfImage,
  programFile,
  provideProgramImage,
  words,
  type ProgramImage,
} from '../engines/programImage';

/** A program that waits for ever, in containers that hold a network open. */
const PAUSE: ProgramImage = {
  repository: 'model-ci/pause',
  tag: '1',
  path: '/pause',
  code: {
    // again: mov eax, 34 (pause); syscall; jmp again
    x86_64: [0xb8, 34, 0, 0, 0, 0x0f, 0x05, 0xeb, 0xf7],
    // again: x0 = x1 = x2 = x3 = 0; x8 = 73 (ppoll); svc 0; b again
    aarch64: words(
      0xd2800000,
      0xd2800001,
      0xd2800002,
      0xd2800003,
      0xd2800928,
      0xd4000001,
      0x17fffffa,
    ),
  },
};

export const PAUSE_IMAGE = nameOfImage(PAUSE);
export const PAUSE_PROGRAM = PAUSE.path;

/** Puts the image of containers that hold a network open on an engine, if it is not there; nothing is pulled. */
export async function providePauseImage(engine: EngineClient): Promise<void> {
  await provideProgramImage(engine, PAUSE);
}

export function pauseProgram(architecture: string): Buffer | undefined {
  return programFile(PAUSE, architecture);
}
