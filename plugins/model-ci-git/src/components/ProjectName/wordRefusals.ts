import { parseEntityRef } from '@backstage/catalog-model';
import type { TranslationFunction } from '@backstage/core-plugin-api/alpha';
import type { gitHostTranslationRef } from '../../translation';
import type { NameRefusal } from './findRefusals';

type Translate = TranslationFunction<(typeof gitHostTranslationRef)['T']>;
type Taken = Extract<
  NameRefusal,
  { reason: 'entity-taken' } | { reason: 'name-taken' }
>;

const GIBIBYTE = 1024 ** 3;

/** Refusals for people, and what to do about them; all that has the name already is one line. */
export function wordRefusals(t: Translate, refusals: NameRefusal[]): string[] {
  const taken = refusals.filter(isTaken);
  const things = taken.map(refusal => wordThing(t, refusal));
  return [
    ...(things.length > 0
      ? [
          t('projectName.taken', {
            things: things.join(t('projectName.separator')),
          }),
        ]
      : []),
    ...refusals.flatMap(refusal =>
      isTaken(refusal) ? [] : [wordRefusal(t, refusal)],
    ),
  ];
}

function isTaken(refusal: NameRefusal): refusal is Taken {
  return refusal.reason === 'entity-taken' || refusal.reason === 'name-taken';
}

function wordThing(t: Translate, refusal: Taken): string {
  if (refusal.reason === 'name-taken') {
    return t('projectName.thing.repository', { name: refusal.repository });
  }
  const { kind, name } = parseEntityRef(refusal.entityRef);
  switch (kind) {
    case 'component':
    case 'resource':
    case 'modelpipeline':
      return t(`projectName.thing.${kind}`, { name });
    default:
      return t('projectName.thing.entity', { kind, name });
  }
}

function wordRefusal(
  t: Translate,
  refusal: Exclude<NameRefusal, Taken>,
): string {
  switch (refusal.reason) {
    case 'not-a-member':
      return t('projectName.notAMember', { owner: nameOf(refusal.owner) });
    case 'too-many-repositories':
      return t('projectName.tooManyRepositories', {
        owner: nameOf(refusal.owner),
        limit: String(refusal.limit),
      });
    case 'too-many-bytes':
      return t('projectName.tooManyBytes', {
        owner: nameOf(refusal.owner),
        limit: (refusal.limit / GIBIBYTE).toFixed(1),
      });
    default:
      return t('projectName.notAllowed');
  }
}

/** People know teams by their names. */
function nameOf(ref: string): string {
  return parseEntityRef(ref).name;
}
