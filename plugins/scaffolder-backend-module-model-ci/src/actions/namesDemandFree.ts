import type { AuthService } from '@backstage/backend-plugin-api';
import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import { ConflictError } from '@backstage/errors';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { namesDemandFreeExamples } from './namesDemandFree.examples';

/**
 * Makes `model-ci:names:demand-free`: fails where the catalog has an entity of a name that the task is going to give.
 * What is published first and refused by the catalog afterwards would be left behind, under a name that means something
 * else.
 */
export function createNamesDemandFreeAction(options: {
  auth: AuthService;
  catalog: CatalogService;
}) {
  const { auth, catalog } = options;

  return createTemplateAction({
    id: 'model-ci:names:demand-free',
    description:
      'Fails if the catalog has one of some entities already. To be used before anything is made under their names; a task that passed once may be tried again.',
    examples: namesDemandFreeExamples,
    supportsDryRun: true,
    schema: {
      input: {
        entities: z =>
          z
            .array(z.string())
            .min(1)
            .max(50)
            .describe(
              'Full entity refs, such as component:default/house-price',
            ),
      },
    },
    async handler(ctx) {
      const entityRefs = ctx.input.entities.map(ref =>
        stringifyEntityRef(parseEntityRef(ref)),
      );
      // Tried again, the task finds what it made itself.
      await ctx.checkpoint({
        key: 'model-ci.names.demand-free',
        fn: async () => {
          const taken = await findTaken(entityRefs);
          if (taken.length > 0) {
            throw new ConflictError(describeTaken(taken));
          }
          return true;
        },
      });
    },
  });

  /** Also of what the user may not see: its name is taken all the same. */
  async function findTaken(entityRefs: string[]): Promise<string[]> {
    const { items } = await catalog.getEntitiesByRefs(
      { entityRefs, fields: ['kind', 'metadata.namespace', 'metadata.name'] },
      { credentials: await auth.getOwnServiceCredentials() },
    );
    return entityRefs.filter((_, index) => items[index] !== undefined);
  }
}

function describeTaken(refs: string[]): string {
  return `The catalog has ${refs.join(
    ', ',
  )} already: choose another name. Nothing was made or changed`;
}
