import type { TranslationFunction } from '@backstage/core-plugin-api/alpha';
import type { gitHostTranslationRef } from '../../translation';
import type { NameRefusal } from './findRefusals';

type Translate = TranslationFunction<(typeof gitHostTranslationRef)['T']>;

const GIBIBYTE = 1024 ** 3;

/** A refusal for people, and what to do about it. */
export function wordRefusal(t: Translate, refusal: NameRefusal): string {
  switch (refusal.reason) {
    case 'entity-taken':
      return t('projectName.entityTaken', { entity: refusal.entityRef });
    case 'name-taken':
      return t('projectName.nameTaken', { name: refusal.repository });
    case 'not-a-member':
      return t('projectName.notAMember', { owner: refusal.owner });
    case 'too-many-repositories':
      return t('projectName.tooManyRepositories', {
        owner: refusal.owner,
        limit: String(refusal.limit),
      });
    case 'too-many-bytes':
      return t('projectName.tooManyBytes', {
        owner: refusal.owner,
        limit: (refusal.limit / GIBIBYTE).toFixed(1),
      });
    default:
      return t('projectName.notAllowed');
  }
}
