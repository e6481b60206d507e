import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type {
  AuthService,
  DiscoveryService,
} from '@backstage/backend-plugin-api';
import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import { InputError, ResponseError, toError } from '@backstage/errors';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import {
  MODEL_PIPELINE_KIND,
  ModelCiClient,
  type RunSummary,
} from '@model-ci/backstage-plugin-model-ci-common';
import { describeRefusal } from '../lib/refusal';
import { runStartExamples } from './runStart.examples';

const DEFAULT_WAIT_SECONDS = 180;
const PROGRESS_EVERY_MS = 10_000;

/** Makes `model-ci:run:start`: waits until the pipeline is known, then starts a run of it. */
export function createRunStartAction(options: {
  auth: AuthService;
  catalog: CatalogService;
  discovery: DiscoveryService;
  /** Time between two looks for the pipeline. */
  pollIntervalMs?: number;
  /** Milliseconds on a clock that only goes forward. */
  now?: () => number;
}) {
  const {
    auth,
    catalog,
    pollIntervalMs = 1_000,
    now = () => performance.now(),
  } = options;
  const client = new ModelCiClient({
    discoveryApi: options.discovery,
    fetchApi: { fetch },
  });

  return createTemplateAction({
    id: 'model-ci:run:start',
    description:
      'Waits until the catalog has a model pipeline, then starts a run of it. Running it again in the same task answers the same run.',
    examples: runStartExamples,
    supportsDryRun: true,
    schema: {
      input: {
        pipeline: z =>
          z.string({
            description:
              'Entity ref of the pipeline; its kind and namespace may be left out',
          }),
        ref: z =>
          z
            .string({
              description: 'Branch or tag to run. Default: the default branch',
            })
            .optional(),
        commit: z =>
          z
            .string({ description: 'Commit to run. Default: the newest' })
            .optional(),
        parameters: z =>
          z
            .record(z.union([z.string(), z.number(), z.boolean()]), {
              description:
                "Values of the pipeline's parameters by name. Default: those of its definition",
            })
            .optional(),
        waitSeconds: z =>
          z
            .number({
              description: `Seconds to wait for the pipeline. Default: ${DEFAULT_WAIT_SECONDS}`,
            })
            .min(0)
            .max(3600)
            .optional(),
      },
      output: {
        runId: z => z.string({ description: 'The run' }),
        runUrl: z =>
          z.string({ description: "Path of the run's page in the portal" }),
      },
    },
    async handler(ctx) {
      const pipelineRef = toPipelineRef(ctx.input.pipeline);
      if (ctx.isDryRun) {
        ctx.logger.info(`Dry run: would start a run of ${pipelineRef}`);
        ctx.output('runId', 'dry-run');
        ctx.output('runUrl', runUrl('dry-run'));
        return;
      }

      const waitMs = (ctx.input.waitSeconds ?? DEFAULT_WAIT_SECONDS) * 1_000;
      const begin = now();
      let nextProgress = PROGRESS_EVERY_MS;
      for (;;) {
        ctx.signal?.throwIfAborted();
        const attempt = await tryToStart();
        if ('run' in attempt) {
          const { id, number } = attempt.run;
          ctx.logger.info(`Started run ${number} of ${pipelineRef}: ${id}`);
          ctx.output('runId', id);
          ctx.output('runUrl', runUrl(id));
          return;
        }
        const waited = now() - begin;
        if (waited >= waitMs) {
          throw new Error(
            `No run was started, because after ${Math.round(
              waited / 1_000,
            )} seconds ${attempt.missing}`,
          );
        }
        if (waited >= nextProgress) {
          nextProgress += PROGRESS_EVERY_MS;
          ctx.logger.info(
            `Waiting: ${attempt.missing} (${Math.round(waited / 1_000)} s)`,
          );
        }
        await delay(pollIntervalMs, undefined, { signal: ctx.signal });
      }

      async function tryToStart(): Promise<
        { run: RunSummary } | { missing: string }
      > {
        const credentials = await ctx.getInitiatorCredentials();
        if (!(await catalog.getEntityByRef(pipelineRef, { credentials }))) {
          return {
            missing: `the catalog has no ${pipelineRef} yet. If it stays away, look at the errors of its location; catalog.rules must allow the kind ${MODEL_PIPELINE_KIND}`,
          };
        }
        const { token } = await auth.getPluginRequestToken({
          onBehalfOf: credentials,
          targetPluginId: 'model-ci',
        });
        try {
          const run = await client.startRun(
            pipelineRef,
            {
              ref: ctx.input.ref,
              commit: ctx.input.commit,
              parameters: ctx.input.parameters,
              trigger: 'template',
              // The same task may come here again after the scaffolder was restarted.
              idempotencyKey: toIdempotencyKey(ctx.task.id, ctx.step?.id),
            },
            { token, signal: ctx.signal },
          );
          return { run };
        } catch (error) {
          // Model CI learns of the pipeline from the catalog, a moment later.
          if (error instanceof ResponseError && error.response.status === 404) {
            return {
              missing: `Model CI does not know ${pipelineRef} yet: ${error.cause.message}`,
            };
          }
          throw describeRefusal(
            error,
            `Model CI did not start a run of ${pipelineRef}`,
          );
        }
      }
    },
  });
}

function toPipelineRef(text: string): string {
  try {
    const ref = parseEntityRef(text, {
      defaultKind: MODEL_PIPELINE_KIND,
      defaultNamespace: 'default',
    });
    if (
      ref.kind.toLocaleLowerCase('en-US') ===
      MODEL_PIPELINE_KIND.toLocaleLowerCase('en-US')
    ) {
      return stringifyEntityRef(ref);
    }
  } catch (error) {
    throw new InputError(`No pipeline is called '${text}'`, toError(error));
  }
  throw new InputError(
    `'${text}' is no ${MODEL_PIPELINE_KIND}; write for example modelpipeline:default/house-price`,
  );
}

/** The names of steps have no limit, the key has. */
function toIdempotencyKey(taskId: string, stepId = 'run'): string {
  const hash = createHash('sha256').update(`${taskId}\n${stepId}`);
  return `scaffolder:${hash.digest('hex')}`;
}

function runUrl(runId: string): string {
  return `/model-ci/runs/${encodeURIComponent(runId)}`;
}
