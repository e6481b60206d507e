import { Link } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { CopyButton } from '@model-ci/backstage-plugin-model-ci-react';
import { shortCommit } from '../../../format';
import { commitUrl, compareUrl } from '../../../sourceUrls';
import { modelCiTranslationRef } from '../../../translation';
import { CommitLink } from '../../common';

/** A version's commit, and what changed in the code since the reference: at the code host, or as a command where it has no such page. */
export function CodeChange(props: {
  from?: string;
  to?: string;
  sourceUrl?: string;
}) {
  const { from, to, sourceUrl } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  if (to === undefined) {
    return <>–</>;
  }
  const url = from && compareUrl(sourceUrl, from, to);
  const command = `git diff ${from} ${to}`;
  return (
    <>
      <CommitLink commit={to} url={commitUrl(sourceUrl, to)} />
      {from === to && <div>{t('compare.sameCode')}</div>}
      {from && from !== to && (
        <div>
          {url ? (
            <Link to={url}>
              {t('compare.diff', { from: shortCommit(from) })}
            </Link>
          ) : (
            <>
              <code title={command}>
                git diff {shortCommit(from)} {shortCommit(to)}
              </code>
              <CopyButton text={command} label={t('compare.copyDiff')} />
            </>
          )}
        </div>
      )}
    </>
  );
}
