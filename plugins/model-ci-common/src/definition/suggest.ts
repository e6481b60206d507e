import { reason, type Reason } from '../reasons';

/** The known word that somebody probably meant, if there is one close enough. */
export function suggest(
  word: string,
  known: readonly string[],
): string | undefined {
  if (word.length > 64) {
    return undefined;
  }
  // Of two letters, one that differs is another word.
  const limit = Math.min(2, Math.floor(word.length / 3));
  let best: { word: string; distance: number } | undefined;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance <= limit && (!best || distance < best.distance)) {
      best = { word: candidate, distance };
    }
  }
  return best?.word;
}

/** A list of words that is longer tells nobody what to choose. */
const MAX_WORDS = 40;

/** Adds to a problem what was probably meant, or what is known. */
export function withSuggestion(
  problem: Reason,
  word: string,
  known: readonly string[],
): Reason {
  const meant = suggest(word, known);
  if (meant !== undefined) {
    return reason('definition.didYouMean', { problem, word: meant });
  }
  const words = known.slice(0, MAX_WORDS).join(', ');
  return known.length === 0
    ? problem
    : reason('definition.chooseFrom', {
        problem,
        words: known.length > MAX_WORDS ? `${words}, …` : words,
      });
}

/** Insertions, deletions, replacements, and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) {
    return 3;
  }
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let distance = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        distance = Math.min(distance, before[j - 2] + 1);
      }
      next.push(distance);
    }
    before = row;
    row = next;
  }
  return row[b.length];
}
