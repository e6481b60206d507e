/** Stage to the stages that it needs; every name has an entry. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/**
 * One cycle for each knot of stages that need each other, as `[a, b, a]`: breaking it is the next step to take,
 * and naming every cycle of a knot could take for ever.
 */
export function findCycles(graph: Graph): string[][] {
  const cycles: string[][] = [];
  const state = new Map<string, 'open' | 'done'>();
  for (const start of graph.keys()) {
    if (state.has(start)) {
      continue;
    }
    const trail = [{ name: start, next: 0 }];
    state.set(start, 'open');
    while (trail.length > 0) {
      const place = trail[trail.length - 1];
      const needs = graph.get(place.name) ?? [];
      if (place.next === needs.length) {
        state.set(place.name, 'done');
        trail.pop();
        continue;
      }
      const need = needs[place.next];
      place.next += 1;
      if (!state.has(need)) {
        state.set(need, 'open');
        trail.push({ name: need, next: 0 });
      } else if (state.get(need) === 'open') {
        const names = trail.map(({ name }) => name);
        const cycle = names.slice(names.indexOf(need));
        cycles.push([...cycle, need]);
      }
    }
  }
  return cycles;
}

/** All stages that a stage needs, directly or through others. The graph has no cycles. */
export function ancestorsOf(graph: Graph): Map<string, Set<string>> {
  const ancestors = new Map<string, Set<string>>();
  const visit = (name: string): Set<string> => {
    const known = ancestors.get(name);
    if (known) {
      return known;
    }
    const found = new Set<string>();
    ancestors.set(name, found);
    for (const need of graph.get(name) ?? []) {
      found.add(need);
      visit(need).forEach(ancestor => found.add(ancestor));
    }
    return found;
  };
  [...graph.keys()].forEach(visit);
  return ancestors;
}
