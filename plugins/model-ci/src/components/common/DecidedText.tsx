import { Fragment } from 'react';
import { parseEntityRef } from '@backstage/catalog-model';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { Decided } from '@model-ci/backstage-plugin-model-ci-common';
import { useLanguage } from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';
import { UserLink } from './UserLink';

/** Who let something through or stopped it, with links to them. */
export function DecidedText({ decided }: { decided: Decided }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const people = (
    <>
      {decided.by.map((ref, index) => (
        <Fragment key={ref}>
          {index > 0 && ', '}
          <UserLink entityRef={ref} />
        </Fragment>
      ))}
    </>
  );
  return <>{t(keyOf(decided), { people })}</>;
}

/** The same where there is no room for links. */
export function useDecidedText(): (decided: Decided) => string {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const language = useLanguage();
  return decided =>
    t(keyOf(decided), {
      people: new Intl.ListFormat(language).format(decided.by.map(nameOf)),
    });
}

function keyOf({ decision, by }: Decided) {
  return by.length === 0 ? 'decided.nobody' : (`decided.${decision}` as const);
}

function nameOf(ref: string): string {
  try {
    return parseEntityRef(ref).name;
  } catch {
    return ref;
  }
}
