import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { Delivery } from '@model-ci/backstage-plugin-model-ci-common';
import {
  ReasonText,
  Timestamp,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { commitUrl } from '../../sourceUrls';
import { modelCiTranslationRef } from '../../translation';
import { CommitLink, UserLink } from '../common';
import { RunLink } from '../runs';

const PROVIDERS = [
  'github',
  'gitlab',
  'gitea',
  'bitbucket',
  'model-ci-git',
] as const;

/** What a code host announced, each with the run that it started or the reason why it started none. */
export function DeliveriesTable(props: {
  deliveries: Delivery[];
  sourceUrl?: string;
}) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('deliveries.caption')}</caption>
        <TableHead>
          <TableRow>
            <TableCell>{t('deliveries.column.received')}</TableCell>
            <TableCell>{t('deliveries.column.event')}</TableCell>
            <TableCell>{t('deliveries.column.change')}</TableCell>
            <TableCell>{t('deliveries.column.by')}</TableCell>
            <TableCell>{t('deliveries.column.result')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {props.deliveries.map(delivery => (
            <TableRow key={delivery.id}>
              <TableCell className={classes.roomy}>
                <Timestamp time={delivery.receivedAt} />
                {delivery.repeats > 0 && (
                  <div className={classes.muted}>
                    {t('deliveries.repeats', { count: delivery.repeats })}
                  </div>
                )}
              </TableCell>
              <TableCell className={classes.nowrap}>
                {delivery.event}
                <div className={classes.muted}>
                  <Provider provider={delivery.provider} />
                </div>
              </TableCell>
              <TableCell className={classes.clipped}>
                <ChangeText delivery={delivery} sourceUrl={props.sourceUrl} />
              </TableCell>
              <TableCell className={classes.roomy}>
                {delivery.author && <Author name={delivery.author} />}
              </TableCell>
              <TableCell>
                <Result delivery={delivery} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}

function Provider({ provider }: { provider: string }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const known = PROVIDERS.find(each => each === provider);
  return <>{known ? t(`deliveries.provider.${known}`) : provider}</>;
}

/** An entity ref of the catalog, or a name on the host. */
function Author({ name }: { name: string }) {
  return name.includes(':') ? <UserLink entityRef={name} /> : <>{name}</>;
}

function ChangeText(props: { delivery: Delivery; sourceUrl?: string }) {
  const { ref, commit, message } = props.delivery;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  if (!ref) {
    return null;
  }
  return (
    <>
      <div className={classes.clip} title={message}>
        {message}
      </div>
      <div className={classes.clip} title={ref.name}>
        <span className={classes.code}>
          {ref.type === 'tag'
            ? t('deliveries.tag', { name: ref.name })
            : ref.name}
        </span>
        {' · '}
        {commit ? (
          <CommitLink
            commit={commit}
            url={commitUrl(props.sourceUrl, commit)}
          />
        ) : (
          t('deliveries.deleted')
        )}
      </div>
    </>
  );
}

function Result({ delivery: { run, reason, isOpen } }: { delivery: Delivery }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  return (
    <>
      {run ? (
        <div>
          {t('deliveries.run')} <RunLink runId={run.id} number={run.number} />
        </div>
      ) : (
        <div>{t(isOpen ? 'deliveries.open' : 'deliveries.none')}</div>
      )}
      {reason && (
        <div className={classes.muted}>
          <ReasonText reason={reason} />
        </div>
      )}
    </>
  );
}
