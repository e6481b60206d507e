import type { Executor } from '@model-ci/backstage-plugin-model-ci-node';

interface Times {
  submitted: number;
  started: number;
  observed: number;
}

/** Milliseconds of a stage of a chain. */
export interface Phases {
  /** The executor makes the workspace and starts the command. */
  start: number;
  /** The command runs, and its end is seen. */
  run: number;
  /** Log and results are stored, and the next stage is placed: all that is the engine's. */
  next: number;
}

/** An executor that does what another does, and where the time of a chain of attempts went. */
export function timePhases(executor: Executor): {
  executor: Executor;
  /** Medians of all attempts since the last call. */
  phases(): Phases;
} {
  const attempts = new Map<string, Partial<Times>>();
  const note = (id: string, times: Partial<Times>) =>
    attempts.set(id, { ...attempts.get(id), ...times });
  const timed: Executor = Object.create(executor, {
    submit: {
      value: async (spec: Parameters<Executor['submit']>[0]) => {
        const submitted = performance.now();
        const handle = await executor.submit(spec);
        note(spec.attemptId, { submitted, started: performance.now() });
        return handle;
      },
    },
    observe: {
      value: async (...args: Parameters<Executor['observe']>) => {
        const outcome = await executor.observe(...args);
        note(String(args[0].attemptId), { observed: performance.now() });
        return outcome;
      },
    },
  });
  const phases = () => {
    const all = [...attempts.values()]
      .filter(
        (times): times is Times =>
          times.submitted !== undefined && times.observed !== undefined,
      )
      .sort((a, b) => a.submitted - b.submitted);
    attempts.clear();
    return {
      start: median(all.map(one => one.started - one.submitted)),
      run: median(all.map(one => one.observed - one.started)),
      next: median(
        all.slice(1).map((one, index) => one.submitted - all[index].observed),
      ),
    };
  };
  return { executor: timed, phases };
}

export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
