import type { ExampleSet } from './types';

/** The same set, which reads each column once. For who needs most of them, and lets go of the set soon. */
export function keepColumns(set: ExampleSet): ExampleSet {
  return {
    ...set,
    ids: once(set.ids),
    prediction: once(set.prediction),
    target: once(set.target),
    score: onceEach(set.score),
    group: once(set.group),
    slice: onceEach(set.slice),
  };
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let kept: Promise<T> | undefined;
  return async () => {
    kept ??= read();
    return await kept;
  };
}

function onceEach<TName, T>(
  read: (name: TName) => Promise<T>,
): (name: TName) => Promise<T> {
  const kept = new Map<TName, Promise<T>>();
  return async name => {
    const known = kept.get(name) ?? read(name);
    kept.set(name, known);
    return await known;
  };
}
