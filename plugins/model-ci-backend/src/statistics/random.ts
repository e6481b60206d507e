/** Numbers that are the same on every machine for the same seed. */
export interface Random {
  /** A whole number from 0 to 2³² − 1. */
  next(): number;
}

/**
 * The generator sfc32 of PractRand (Chris Doty-Humphrey): 128 bits of state, passes its own test suite and TestU01, and
 * costs a few nanoseconds. `stream` gives independent sequences for the same seed, so that pieces of the work
 * can be done in any order with the same result.
 */
export function seededRandom(seed: number, stream = 0): Random {
  let a = seed | 0;
  let b = stream | 0;
  let c = 0;
  let counter = 1;
  const next = () => {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + result;
    c |= 0;
    return result >>> 0;
  };
  // As PractRand seeds it: the first numbers still show the seed
  for (let i = 0; i < 15; i += 1) {
    next();
  }
  return { next };
}

/**
 * A whole number below `n`. The bias of the multiplication is at most n / 2³²: for 100,000 examples no example
 * is drawn more than 0.003 % too often.
 */
export function below(random: Random, n: number): number {
  return Math.floor((random.next() * n) / 4294967296);
}

/** A number in [0, 1) with 32 random bits. */
export function uniform(random: Random): number {
  return random.next() / 4294967296;
}
