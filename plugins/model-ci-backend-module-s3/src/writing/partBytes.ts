const MEBIBYTE = 1024 * 1024;

/** What S3 takes at most. */
const MOST_PARTS = 10_000;
/** Small enough that some of them in memory are little, large enough that what a call costs beside its bytes is, too. */
const FIRST_PART_BYTES = 8 * MEBIBYTE;
/**
 * The length of a stream is known at its end, so parts grow on the way: 100 GiB, the largest artifact by default, end in
 * parts of 32 MiB, and 484 GiB are possible.
 */
const PARTS_OF_A_SIZE = 2_000;

/** Bytes of the part with this number, counted from 1. */
export function partBytes(number: number): number {
  if (number > MOST_PARTS) {
    throw new Error(
      `An artifact of more than ${MOST_PARTS} parts (484 GiB) cannot be stored in a bucket: lower modelCi.engine.maxArtifactBytes, so that stages that make one fail early`,
    );
  }
  return FIRST_PART_BYTES * 2 ** Math.floor((number - 1) / PARTS_OF_A_SIZE);
}
