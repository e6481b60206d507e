import { z } from 'zod';
import type { Reason } from '../reasons';

export type Verdict = 'pass' | 'fail' | 'inconclusive';

const demandShape = {
  min: z.number().optional(),
  max: z.number().optional(),
  /** With which probability all verdicts of the stage hold together; absent where the value alone is judged. */
  confidence: z.number().optional(),
  /** What it is compared with: an alias, an environment, the number of a version, or `previous`. */
  baseline: z.string().optional(),
  /** How much worse than the baseline it may be. */
  margin: z.number().optional(),
};

/** What a gate demanded when the run started. */
export const gateDemandSchema = z.object(demandShape);
export type GateDemand = z.infer<typeof gateDemandSchema>;

/** Limits of a number; a side that is absent is open. */
const intervalSchema = z.object({
  lower: z.number().optional(),
  upper: z.number().optional(),
});
export type GateInterval = z.infer<typeof intervalSchema>;

/** What stands behind a verdict, as far as the kind of gate has it. */
export const gateDetailSchema = z.object({
  /** Of the number that was judged: the metric, or how much better it is than the baseline's. */
  estimate: z.number().optional(),
  /** Holds together with the intervals of all gates of the stage. */
  interval: intervalSchema.optional(),
  /** What the interval would be if nothing else were judged. */
  alone: intervalSchema.optional(),
  /** `student-t`, `constant`, `same-model`, `tango`, `clopper-pearson`, `bca`, or `reported` for the standard error of a report. */
  method: z.string().optional(),
  /** How many examples it rests on. */
  examples: z.number().optional(),
  /** In how many groups they are. */
  groups: z.number().optional(),
  /** Why the promise of the interval deserves a second look: `few-units`, `skewed`, `no-spread`, `reported`. */
  cautions: z.array(z.string()).optional(),
  /** How many examples would decide at the observed spread, where the verdict is inconclusive. */
  needed: z.number().optional(),
  /** How many examples the plan of the run's start asks for, with 90 % power. */
  planned: z.number().optional(),
  baseline: z
    .object({
      /** As the gate names it. */
      name: z.string(),
      /** Absent where there was none when the run started. */
      version: z.number().optional(),
      runId: z.string().optional(),
      /** Its value of the metric. */
      value: z.number().optional(),
      /** Digest of its example set. */
      examplesDigest: z.string().optional(),
    })
    .optional(),
  /** Digest of the candidate's example set. */
  examplesDigest: z.string().optional(),
  /** Examples that the candidate alone, and that the baseline alone, got right. */
  flips: z.object({ gained: z.number(), lost: z.number() }).optional(),
  /** The stricter demand of an earlier version. */
  loosened: z.object({ from: gateDemandSchema, since: z.number() }).optional(),
});
export type GateDetail = z.infer<typeof gateDetailSchema>;

/** What one gate demanded and what came of it. */
export interface GateResult extends GateDetail {
  stage: string;
  /** Key among the executions of the stage; absent where there is one, and for what all of them give together. */
  instance?: string;
  metric: string;
  dataset?: string;
  /** The slice that was judged, such as `age=65+`; absent for the whole data set. */
  slice?: string;
  demand: GateDemand;
  /** The metric's value; absent when it was not reported. */
  value?: number;
  verdict: Verdict;
  /** What led to the verdict, in words. */
  reason: Reason;
}

/** What one gate will demand, as it was fixed when the run started. */
export interface PlannedGate {
  metric: string;
  dataset?: string;
  /** Name of the slice of which each value is judged. */
  slices?: string;
  demand: GateDemand;
  /** Without `version` there was none: the gate then passes as the first version, unless something is `missing`. */
  baseline?: {
    name: string;
    version?: number;
    runId?: string;
    value?: number;
    missing?: Reason;
  };
  /** How many examples of it the baseline has. */
  examples?: number;
  planned?: number;
  loosened?: { from: GateDemand; since: number };
}

/** `since` is the version that had what `from` says. */
export const planLooseningSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('inconclusive'),
    from: z.enum(['ask', 'fail', 'pass']),
    since: z.number(),
  }),
  /** Which direction of a metric the definition stated, if it did. */
  z.object({
    type: z.literal('direction'),
    metric: z.string(),
    from: z.enum(['higher', 'lower']).optional(),
    since: z.number(),
  }),
  /** Which alias a version of a successful run was given, if any. */
  z.object({
    type: z.literal('promote'),
    from: z.string().optional(),
    since: z.number(),
  }),
]);
export type PlanLoosening = z.infer<typeof planLooseningSchema>;

/** What the gates of a stage will demand, and how that differs from an earlier version. */
export interface GatePlan {
  gates: PlannedGate[];
  /** Gates of an earlier version that this run's definition does not have. */
  removed: Array<{
    /** Where it was, if this run does not have that stage. */
    stage?: string;
    metric: string;
    dataset?: string;
    slices?: string;
    demand: GateDemand;
    since: number;
  }>;
  /** Versions whose definition cannot be read any more, so that it is not known whether gates were loosened. */
  unreadable?: number[];
  inconclusive: 'ask' | 'fail' | 'pass';
  /** What else decides about a version and was stricter, or another, in an earlier one. */
  loosened?: PlanLoosening[];
}
