import { z } from 'zod';

/** `ui:options` of the field. */
const optionsSchema = z.object({
  /** Entity refs that the creation gives, with `{name}` for what is typed. */
  entities: z.array(z.string()).default([]),
  /** Present where the creation makes a repository on the embedded Git host. */
  repository: z
    .object({
      /** Field of the form that names the owner. */
      owner: z.string().optional(),
      /** Fields and what they have to be, for a form that offers other hosts too. */
      when: z.record(z.string(), z.unknown()).default({}),
    })
    .optional(),
});

/** What is to be asked about a name. */
export interface NameCheck {
  name: string;
  entityRefs: string[];
  repository?: { owner?: string };
}

/** Undefined while there is no name that could be taken. */
export function nameCheckOf(input: {
  name: string | undefined;
  /** JSON schema of the field, whose own messages come first. */
  schema: { pattern?: unknown; maxLength?: unknown };
  options: unknown;
  formData: Readonly<Record<string, unknown>>;
}): NameCheck | undefined {
  const { name, schema, formData } = input;
  if (!name || !isWellFormed(name, schema)) {
    return undefined;
  }
  const { entities, repository } = optionsSchema.parse(input.options ?? {});
  const isHere = Object.entries(repository?.when ?? {}).every(
    ([field, wanted]) => formData[field] === wanted,
  );
  const owner = repository?.owner && formData[repository.owner];
  return {
    name,
    entityRefs: entities.map(ref => ref.replaceAll('{name}', name)),
    ...(repository &&
      isHere && {
        repository: typeof owner === 'string' && owner ? { owner } : {},
      }),
  };
}

function isWellFormed(
  name: string,
  { pattern, maxLength }: { pattern?: unknown; maxLength?: unknown },
): boolean {
  return (
    !(typeof maxLength === 'number' && name.length > maxLength) &&
    !(typeof pattern === 'string' && !new RegExp(pattern, 'u').test(name))
  );
}
