import type { JsonObject, JsonValue } from '@backstage/types';

/** The part of a JSON schema that the forms of templates are made of. */
interface Schema {
  type?: string;
  enum?: JsonValue[];
  const?: JsonValue;
  default?: JsonValue;
  examples?: JsonValue[];
  minimum?: number;
  required?: string[];
  properties?: Record<string, Schema>;
  dependencies?: Record<string, Schema>;
  oneOf?: Schema[];
  'ui:field'?: string;
}

/** More than anybody would wait for, and than a form that people understand has. */
const MAX_COMBINATIONS = 500;

/** What the pickers of Backstage and of Model CI would answer. */
const PICKED: Record<string, JsonValue> = {
  ModelProjectName: 'linted-model',
  OwnerPicker: 'group:default/linters',
  EntityPicker: 'system:default/linted',
  RepoUrlPicker: 'example.com?owner=acme&repo=linted-model',
};

/**
 * The values that the form of a template can have: each choice with each other that it goes together with, once with
 * nothing but what is required, and once with every field filled in.
 *
 * @param pages - `spec.parameters` of the template
 * @throws where a field needs an example to be filled in, or the form has too many combinations
 */
export function listCombinations(pages: JsonValue): JsonObject[] {
  const schemas = (Array.isArray(pages) ? pages : [pages]) as Schema[];
  const found = [false, true].flatMap(isFull =>
    schemas.reduce<JsonObject[]>(
      (combinations, page) =>
        limit(combinations.flatMap(values => expand(page, values, { isFull }))),
      [{}],
    ),
  );
  const distinct = new Map(
    found.map(values => [JSON.stringify(values), values]),
  );
  return [...distinct.values()];
}

/** The values with the fields of the schema, in each way that they can be filled in. */
function expand(
  schema: Schema,
  values: JsonObject,
  { isFull }: { isFull: boolean },
): JsonObject[] {
  const { properties = {}, dependencies = {}, required = [] } = schema;
  const open = Object.entries(properties).filter(([name]) => !(name in values));
  const filled = open.reduce<JsonObject[]>(
    (combinations, [name, field]) =>
      limit(
        combinations.flatMap(others => [
          ...choices(name, field, {
            isNeeded: isFull || required.includes(name),
          }).map(value => ({ ...others, [name]: value })),
          // What has no default may be left out.
          ...(isFull || required.includes(name) || field.default !== undefined
            ? []
            : [others]),
        ]),
      ),
    [values],
  );
  return limit(
    filled.flatMap(combination =>
      Object.entries(dependencies).reduce<JsonObject[]>(
        (combinations, [name, dependent]) =>
          combinations.flatMap(one =>
            name in one ? follow(dependent, one, { isFull }) : [one],
          ),
        [combination],
      ),
    ),
  );
}

/** What a choice brings with it: fields of its own, or those of the branch that it belongs to. */
function follow(
  dependent: Schema,
  values: JsonObject,
  options: { isFull: boolean },
): JsonObject[] {
  if (!dependent.oneOf) {
    return expand(dependent, values, options);
  }
  return dependent.oneOf
    .filter(branch =>
      Object.entries(branch.properties ?? {}).every(
        ([name, { enum: choices_, const: only }]) =>
          !(name in values) ||
          (choices_?.includes(values[name] ?? null) ??
            (only === undefined || only === values[name])),
      ),
    )
    .flatMap(branch => expand(branch, values, options));
}

/** The values that a field may have; none if it is left out. */
function choices(
  name: string,
  field: Schema,
  { isNeeded }: { isNeeded: boolean },
): JsonValue[] {
  if (field.const !== undefined) return [field.const];
  if (field.enum) return field.enum;
  if (field.type === 'boolean') return [false, true];
  if (field.default !== undefined) return [field.default];
  if (!isNeeded) return [];
  const picked = field.examples?.[0] ?? PICKED[field['ui:field'] ?? ''];
  if (picked !== undefined) return [picked];
  if (field.type === 'string') return ['Linted'];
  if (field.type === 'integer' || field.type === 'number') {
    return [field.minimum ?? 1];
  }
  throw new Error(
    `The field ${name} cannot be filled in: give it a default or, under 'examples', a value to try`,
  );
}

function limit(combinations: JsonObject[]): JsonObject[] {
  if (combinations.length > MAX_COMBINATIONS) {
    throw new Error(
      `The form has more than ${MAX_COMBINATIONS} combinations; people will not find their way through it either`,
    );
  }
  return combinations;
}
