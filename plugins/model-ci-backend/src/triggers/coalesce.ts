/**
 * Makes one call at a time: who asks while one goes on shares the next, which begins after they asked, with all others
 * who do.
 */
export function coalesce<T>(call: () => Promise<T>): () => Promise<T> {
  let current: Promise<T> | undefined;
  let next: Promise<T> | undefined;
  const begin = () => {
    next = undefined;
    const own: Promise<T> = call().finally(() => {
      if (current === own) {
        current = undefined;
      }
    });
    current = own;
    return own;
  };
  return async () => {
    if (!next) {
      if (!current) {
        return await begin();
      }
      next = current.then(begin, begin);
    }
    return await next;
  };
}
